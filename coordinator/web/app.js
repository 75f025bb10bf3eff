// Wires the page: asks for the API key once, then shows form and songs.

import {Api} from './api.js';
import {Composer} from './composer.js';
import {byId, show} from './dom.js';
import {Library} from './library.js';
import {forgetKey, storedKey, storeKey} from './stored_key.js';

const library = new Library(job => composer.reuse(job));
const composer = new Composer(job => library.add(job));

function askForKey(message) {
  library.close();
  composer.close();
  byId('studio').hidden = true;
  byId('forget').hidden = true;
  byId('gate').hidden = false;
  const field = byId('key');
  field.value = '';
  if (message) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  show(byId('key-error'), message);
  field.focus();
}

async function enter(key) {
  const api = new Api(key, () => {
    if (composer.api !== api) return;  // said of a key before this one
    forgetKey();
    askForKey('This key is not valid: it is mistyped, or it has been revoked.');
  });
  composer.open(api);
  byId('gate').hidden = true;
  byId('studio').hidden = false;
  byId('forget').hidden = false;
  await library.open(api);
}

byId('key-form').addEventListener('submit', async event => {
  event.preventDefault();
  const key = byId('key').value.trim();
  // What a header cannot carry is no key, and would fail without a word.
  if (!/^[!-~]+$/.test(key)) return askForKey(key ? 'A key has letters, digits and punctuation only.' : 'Paste your API key.');
  storeKey(key, byId('remember').checked);
  byId('key').value = '';
  byId('key').removeAttribute('aria-invalid');
  await enter(key);
});

byId('forget').addEventListener('click', () => {
  forgetKey();
  askForKey('');
});

const key = storedKey();
if (key) enter(key);
else askForKey('');
