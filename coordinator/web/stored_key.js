// The API key between visits: in this tab, or in this browser where the person asked for it. A browser that lets pages
// keep nothing asks at each visit.

const NAME = 'musicfleet.key';

function kept(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

export function storedKey() {
  return kept(() => localStorage.getItem(NAME) ?? sessionStorage.getItem(NAME));
}

export function storeKey(key, remember) {
  forgetKey();
  kept(() => (remember ? localStorage : sessionStorage).setItem(NAME, key));
}

export function forgetKey() {
  kept(() => localStorage.removeItem(NAME));
  kept(() => sessionStorage.removeItem(NAME));
}
