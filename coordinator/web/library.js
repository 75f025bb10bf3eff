// The tenant's songs, newest first: those being made are followed, those that are done can be played.

import {announce, byId, element, show} from './dom.js';
import {Follower} from './follower.js';
import {Player} from './player.js';
import {SongCard} from './song_card.js';
import {fileName, isOver} from './wording.js';

const LOOK_MS = 3000;  // between two looks at songs that no stream tells about

export class Library {
  // `onReuse(job)` is asked to fill the form with a song's settings.
  constructor(onReuse) {
    this.onReuse = onReuse;
    this.list = byId('songs');
    this.cards = new Map();
    this.player = new Player(player => this.showPlayer(player));
    byId('older').addEventListener('click', () => this.showOlder());
    setInterval(() => this.cards.forEach(card => card.refreshAge()), 30_000);
    setInterval(() => { if (this.api && !document.hidden && this.follower.behind) this.refresh(); }, LOOK_MS);
    document.addEventListener('visibilitychange', () => { if (this.api && !document.hidden) this.refresh(); });
  }

  async open(api) {
    this.api = api;
    this.player.open(api);
    this.paged = false;
    this.follower = new Follower(api, job => this.update(job), message => show(byId('library-problem'), message));
    await this.refresh();
  }

  close() {
    this.follower?.stop();
    this.player.close();
    this.api = null;
    this.cards.clear();
    this.list.replaceChildren();
    show(byId('library-problem'), '');
  }

  // What is asked of the API; null without an answer, and where the answer came after the key was forgotten.
  async ask(question) {
    const {api} = this;
    try {
      const answer = await question(api);
      return this.api === api ? answer : null;
    } catch (failure) {
      if (this.api === api && failure.status !== 401) show(byId('library-problem'), failure.message);
      return null;
    }
  }

  // The newest page; what is shown already is brought up to date.
  async refresh() {
    const page = await this.load(null);
    if (!page) return;
    if (!this.paged) this.setCursor(page.next_cursor);
    for (const job of page.jobs.reverse()) this.put(job, true);
    byId('empty').hidden = this.cards.size > 0;
  }

  async showOlder() {
    const page = await this.load(this.cursor);
    if (!page) return;
    const last = this.list.lastElementChild;
    this.paged = true;
    this.setCursor(page.next_cursor);
    for (const job of page.jobs) this.put(job, false);
    last?.nextElementSibling?.querySelector('button')?.focus();
  }

  setCursor(cursor) {
    this.cursor = cursor;
    byId('older').hidden = !cursor;
  }

  async load(cursor) {
    const page = await this.ask(api => api.jobs(cursor));
    if (page) show(byId('library-problem'), '');
    return page;
  }

  // A job that was just ordered.
  add(job) {
    byId('empty').hidden = true;
    this.put(job, true).node.scrollIntoView({block: 'nearest', behavior: 'smooth'});
  }

  put(job, first) {
    let card = this.cards.get(job.id);
    if (card) {
      if (!isOver(card.job) || card.job.updated_at !== job.updated_at) this.update(job);
    } else {
      card = new SongCard(job, {
        toggle: song => this.toggle(song), download: song => this.download(song), reuse: song => this.onReuse(song),
        cancel: song => this.cancel(song), seek: part => this.player.seek(part), step: seconds => this.player.step(seconds)
      });
      this.cards.set(job.id, card);
      if (first) this.list.prepend(card.node);
      else this.list.append(card.node);
    }
    if (isOver(job)) this.follower.forget(job.id);
    else this.follower.follow(job);
    return card;
  }

  update(job) {
    const card = this.cards.get(job.id);
    if (!card) return;
    const before = card.job;
    card.update(job);
    if (isOver(before) || !isOver(job)) return;
    if (job.state === 'succeeded') {
      announce('The song is ready.');
      if (!this.player.playing) this.select(job);
    } else {
      announce(job.state === 'failed' ? `The song failed: ${job.error?.message ?? ''}` : 'The song is cancelled.');
    }
  }

  select(job) {
    for (const [id, card] of this.cards) card.select(id === job.id);
    return this.player.select(job);
  }

  async toggle(job) {
    for (const [id, card] of this.cards) card.select(id === job.id);
    await this.player.toggle(job);
  }

  showPlayer(player) {
    for (const card of this.cards.values()) card.showPlayer(player);
  }

  async download(job) {
    const file = await this.ask(() => this.player.file(job));
    if (file) element('a', {href: file.url, download: fileName(job)}).click();
  }

  async cancel(job) {
    const cancelled = await this.ask(api => api.cancel(job.id));
    if (cancelled) this.put(cancelled, true);
  }
}
