// Building elements. Text goes in as text, so that no prompt can become markup.

export const byId = id => document.getElementById(id);

// element('p', {class: 'note', hidden: true}, 'text', child): a listener is given as {onclick: f}.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child != null));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, className = '') {
  return element('button', {type: 'button', class: className, 'aria-label': label, title: label, onclick}, icon(name));
}

export function show(node, message) {
  node.textContent = message ?? '';
  node.hidden = !message;
}

let announcement;
// Says something to those who do not see the page.
export function announce(message) {
  const announcer = byId('announcer');
  announcer.textContent = '';
  clearTimeout(announcement);
  announcement = setTimeout(() => { announcer.textContent = message; }, 50);
}
