// The API key between visits: in this tab, or in this browser where the person asked for it.

const NAME = 'musicfleet.key';

export function storedKey() {
  return localStorage.getItem(NAME) ?? sessionStorage.getItem(NAME);
}

export function storeKey(key, remember) {
  forgetKey();
  (remember ? localStorage : sessionStorage).setItem(NAME, key);
}

export function forgetKey() {
  localStorage.removeItem(NAME);
  sessionStorage.removeItem(NAME);
}
