// Follows songs that are being made, a few at a time: a browser has six connections to a server.

import {isOver} from './wording.js';

const STREAMS = 3;
const AGAIN_MS = 2000;

export class Follower {
  // `onUpdate(job)` hears of every change, with the whole job at its end; `onProblem(message)` of a stream that broke, '' once
  // there is one again.
  constructor(api, onUpdate, onProblem) {
    this.api = api;
    this.onUpdate = onUpdate;
    this.onProblem = onProblem;
    this.waiting = [];
    this.known = new Set();
    this.running = 0;
    this.end = new AbortController();
  }

  follow(job) {
    if (this.known.has(job.id)) return;
    this.known.add(job.id);
    this.waiting.push(job);
    this.next();
  }

  stop() {
    this.waiting = [];
    this.end.abort();
  }

  next() {
    while (this.running < STREAMS && this.waiting.length) {
      const job = this.waiting.shift();
      ++this.running;
      this.run(job).finally(() => {
        --this.running;
        this.known.delete(job.id);
        this.next();
      });
    }
  }

  async run(job) {
    while (!isOver(job) && !this.end.signal.aborted) {
      try {
        for await (const {name, data} of this.api.events(job.id, this.end.signal)) {
          this.onProblem('');
          if (name === 'state') job = {...job, ...data};
          if (name === 'progress') job = {...job, progress: data};
          if (!isOver(job)) this.onUpdate(job);
        }
        if (isOver(job)) return this.onUpdate(await this.api.job(job.id, this.end.signal));
      } catch (failure) {
        if (failure.name === 'AbortError' || failure.status === 401 || failure.status === 404) return;
        this.onProblem(failure.message);
      }
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    }
  }
}
