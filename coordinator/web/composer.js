// The form that orders a song. Its fields have the API's names, so that a refusal finds the field at fault.

import {fieldLimits} from './api.js';
import {announce, byId, show} from './dom.js';

const NUMBERS = new Set(['duration_seconds', 'seed', 'bpm', 'steps', 'shift', 'format.bit_rate', 'format.sample_rate', 'priority',
                         'deadline_seconds']);

function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`;
}

export class Composer {
  // `onOrdered(job)` hears of every job that was taken in.
  constructor(onOrdered) {
    this.onOrdered = onOrdered;
    this.form = byId('order');
    this.api = null;
    this.limits = new Map();
    this.attempt = null;  // what was sent last, and its idempotency key, until there is an answer
    this.form.addEventListener('submit', event => { event.preventDefault(); this.submit(); });
    this.form.addEventListener('input', event => { this.clearProblem(event.target.name); this.refresh(); });
    this.form.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
    for (const chip of this.form.querySelectorAll('[data-idea]'))
      chip.addEventListener('click', () => this.fill('prompt', chip.dataset.idea));
    for (const chip of this.form.querySelectorAll('[data-tag]'))
      chip.addEventListener('click', () => this.insertTag(chip.dataset.tag));
    for (const problem of this.form.querySelectorAll('[data-problem]')) {
      problem.id = `problem-${problem.dataset.problem}`;
      this.field(problem.dataset.problem).setAttribute('aria-describedby', problem.id);
    }
    this.refresh();
    this.learnLimits();
  }

  open(api) {
    this.api = api;
  }

  // Nothing of an order stays behind, nor an answer that is still to come.
  close() {
    this.api = null;
    this.attempt = null;
    this.form.reset();
    byId('more').open = false;
    this.showSending(false);
    this.clearProblems();
    this.refresh();
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  async learnLimits() {
    try {
      this.limits = await fieldLimits();
    } catch {
      return;  // the server checks anyway
    }
    for (const [name, {minimum, maximum}] of this.limits) {
      const field = this.field(name);
      if (field?.type !== 'number') continue;
      if (minimum !== undefined) field.min = minimum;
      if (maximum !== undefined) field.max = maximum;
    }
    this.refresh();
  }

  // Counters, and what belongs to a voice.
  refresh() {
    byId('words').hidden = this.field('instrumental').checked;
    for (const count of this.form.querySelectorAll('[data-count]')) {
      const used = [...this.field(count.dataset.count).value].length, most = this.limits.get(count.dataset.count)?.maxLength;
      count.textContent = most && used > most / 2 ? `${used.toLocaleString('en')} of ${most.toLocaleString('en')}` : '';
      count.classList.toggle('over', Boolean(most) && used > most);
    }
    const bitRate = this.field('format.bit_rate');
    bitRate.disabled = ['wav', 'flac'].includes(this.field('format.type').value);
  }

  fill(name, text) {
    const field = this.field(name);
    field.value = text;
    field.focus();
    this.clearProblem(name);
    this.refresh();
  }

  // On a line of its own, at the cursor.
  insertTag(tag) {
    const field = this.field('lyrics'), before = field.value.slice(0, field.selectionEnd), after = field.value.slice(field.selectionEnd);
    const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    field.setRangeText(`${gap}${tag}\n${after.startsWith('\n') || after === '' ? '' : '\n'}`, field.selectionEnd, field.selectionEnd, 'end');
    field.focus();
    this.clearProblem('lyrics');
    this.refresh();
  }

  // The order as the API wants it; null after having said what is not a number.
  read() {
    const job = {};
    const put = (name, value) => {
      const [outer, inner] = name.split('.');
      if (inner) (job[outer] ??= {})[inner] = value;
      else job[outer] = value;
    };
    for (const field of this.form.elements) {
      if (!field.name || field.disabled) continue;
      if (field.validity.badInput) return this.showProblem(field.name, 'This is not a number.');
      const value = field.value.trim();
      if (field.type === 'checkbox') put(field.name, field.checked);
      else if (field.name === 'prompt') put(field.name, field.value);
      else if (value === '' || (field.name === 'lyrics' && job.instrumental)) continue;
      else put(field.name, NUMBERS.has(field.name) ? Number(value) : field.name === 'lyrics' ? field.value : value);
    }
    if (job.instrumental) delete job.lyrics;
    return job;
  }

  async submit() {
    this.clearProblems();
    const job = this.read();
    if (!job) return;
    const text = JSON.stringify(job);
    if (this.attempt?.text !== text) this.attempt = {text, key: newIdempotencyKey()};
    const {api} = this;
    this.showSending(true);
    try {
      const ordered = await api.submit(job, this.attempt.key);
      if (this.api !== api) return;
      this.attempt = null;
      announce('The song is ordered.');
      this.onOrdered(ordered);
    } catch (failure) {
      if (this.api !== api) return;
      // Without an answer that says otherwise the job may have been taken in: the same key asks for the same job.
      if (failure.status >= 400 && failure.status < 500) this.attempt = null;
      this.explain(failure);
    } finally {
      if (this.api === api) this.showSending(false);
    }
  }

  showSending(sending) {
    const button = byId('make');
    button.disabled = sending;
    button.textContent = sending ? 'Sending…' : 'Make the song';
  }

  explain(failure) {
    if (failure.status === 401) return;
    if (failure.param && this.field(failure.param)) {
      // "duration_seconds must be…": beside the field its name in the API says nothing.
      const message = failure.message.startsWith(`${failure.param} `) ? `It ${failure.message.slice(failure.param.length + 1)}.` : failure.message;
      this.showProblem(failure.param, message);
      return;
    }
    const later = failure.retryAfter ? ` Try again in ${failure.retryAfter} seconds.` : '';
    const quote = failure.status >= 500 && failure.requestId ? ` (${failure.requestId})` : '';
    show(byId('order-problem'), failure.message + quote + later);
  }

  showProblem(name, message) {
    const field = this.field(name);
    if (byId('more').contains(field)) byId('more').open = true;
    if (name === 'lyrics') byId('words').hidden = false;
    show(byId(`problem-${name}`), message);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    announce(message);
    return null;
  }

  clearProblem(name) {
    if (!name || !byId(`problem-${name}`)) return;
    show(byId(`problem-${name}`), '');
    this.field(name).removeAttribute('aria-invalid');
  }

  clearProblems() {
    for (const problem of this.form.querySelectorAll('[data-problem]')) this.clearProblem(problem.dataset.problem);
    show(byId('order-problem'), '');
  }

  // The settings of a song, its seed too: the same song again, or a variation of it.
  reuse(job) {
    this.clearProblems();
    for (const field of this.form.elements) {
      if (!field.name) continue;
      const value = field.name.split('.').reduce((object, name) => object?.[name], job);
      if (field.type === 'checkbox') field.checked = Boolean(value);
      else field.value = value ?? '';
    }
    byId('more').open = true;
    this.refresh();
    this.field('prompt').focus();
    this.form.scrollIntoView({block: 'start', behavior: 'smooth'});
    announce('The form has the settings of this song.');
  }
}
