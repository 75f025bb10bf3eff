// Follows songs that are being made over one event stream, one song after another: a browser has six connections to a server for
// all of its tabs. A tab that nobody looks at follows nothing.

import {isOver} from './wording.js';

const AGAIN_MS = 2000;

export class Follower {
  // `onUpdate(job)` hears of every change, with the whole job at its end; `onProblem(message)` of a stream that broke, '' once
  // there is one again.
  constructor(api, onUpdate, onProblem) {
    this.api = api;
    this.onUpdate = onUpdate;
    this.onProblem = onProblem;
    this.songs = new Map();  // by id: the first is the one on the stream
    this.running = null;     // the AbortController of the run that is under way
    this.closed = new AbortController();
    document.addEventListener('visibilitychange', () => document.hidden ? this.pause() : this.go(), {signal: this.closed.signal});
  }

  // Whether there are songs that no stream tells about.
  get behind() { return this.songs.size > 1; }

  follow(job) {
    if (!this.songs.has(job.id)) this.songs.set(job.id, job);
    this.go();
  }

  // The song's end is known from elsewhere.
  forget(id) {
    this.songs.delete(id);
  }

  stop() {
    this.closed.abort();
    this.songs.clear();
    this.pause();
  }

  pause() {
    this.running?.abort();
    this.running = null;
  }

  go() {
    if (this.running || !this.songs.size || document.hidden) return;
    this.running = new AbortController();
    this.run(this.running.signal);
  }

  async run(signal) {
    while (this.songs.size) {
      const [[id]] = this.songs;
      try {
        if (await this.tell(id, signal)) continue;
      } catch (failure) {
        if (signal.aborted || failure.status === 401) return;
        if (failure.status === 404) {
          this.forget(id);
          continue;
        }
        this.onProblem(failure.message);
      }
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
      if (signal.aborted) return;
    }
    this.running = null;
  }

  // Whether there is no more to tell about the song; a stream may end before it.
  async tell(id, signal) {
    let job = this.songs.get(id);
    if (!isOver(job)) {
      for await (const {name, data} of this.api.events(id, signal)) {
        this.onProblem('');
        if (name === 'state') job = {...job, ...data};
        if (name === 'progress') job = {...job, progress: data};
        if (this.songs.has(id)) this.songs.set(id, job);
        if (!isOver(job)) this.onUpdate(job);
      }
    }
    if (!isOver(job)) return false;
    const whole = await this.api.job(id, signal);
    this.onProblem('');
    this.forget(id);
    this.onUpdate(whole);
    return true;
  }
}
