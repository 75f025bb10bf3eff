// Plays one song at a time. Files are fetched with the key and kept for a while, as blobs.

import {peaksOf} from './waveform.js';

const KEPT = 4;

export class Player {
  // `onChange(player)` follows every change of song, state and time.
  constructor(onChange) {
    this.onChange = onChange;
    this.job = null;
    this.state = 'idle';  // idle, loading, ready, failed
    this.problem = '';
    this.peaks = null;
    this.files = new Map();
    this.audio = new Audio();
    for (const name of ['play', 'pause', 'ended', 'timeupdate', 'durationchange', 'seeked'])
      this.audio.addEventListener(name, () => this.changed());
    this.audio.addEventListener('error', () => {
      if (this.job && this.audio.src) this.fail('This browser cannot play the file; it can be downloaded.');
    });
  }

  get playing() { return !this.audio.paused && !this.audio.ended; }
  get time() { return this.audio.currentTime; }
  get duration() { return Number.isFinite(this.audio.duration) ? this.audio.duration : this.job?.audio.duration_seconds ?? 0; }

  changed() {
    this.onChange(this);
    if (this.playing) this.follow();
  }

  // The time is drawn with every frame, not only four times a second.
  follow() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.playing) this.changed();
    });
  }

  fail(message) {
    this.state = 'failed';
    this.problem = message;
    this.changed();
  }

  open(api) {
    this.api = api;
    this.session = new AbortController();
  }

  // The song's file: {url, blob}. An AbortError where the player was closed meanwhile.
  async file(job) {
    const kept = this.files.get(job.id);
    if (kept) return kept;
    const {signal} = this.session;
    const blob = await this.api.audio(job.id, signal);
    signal.throwIfAborted();
    const file = {blob, url: URL.createObjectURL(blob)};
    this.files.set(job.id, file);
    for (const [id, old] of this.files) {
      if (this.files.size <= KEPT) break;
      if (id === this.job?.id || id === job.id) continue;
      URL.revokeObjectURL(old.url);
      this.files.delete(id);
    }
    return file;
  }

  // Done when the song can be played.
  select(job) {
    if (this.job?.id !== job.id || this.state === 'failed') this.loaded = this.load(job);
    return this.loaded;
  }

  async load(job) {
    this.audio.pause();
    Object.assign(this, {job, state: 'loading', problem: '', peaks: null});
    this.changed();
    try {
      const file = await this.file(job);
      if (this.job !== job) return;
      this.audio.src = file.url;
      this.state = 'ready';
      this.draw(job, file.blob);
    } catch (failure) {
      if (this.job === job) this.fail(failure.message);
      return;
    }
    this.changed();
  }

  // The waveform comes when it is ready; a song without one plays all the same.
  async draw(job, blob) {
    const peaks = await peaksOf(blob).catch(() => null);
    if (this.job !== job) return;
    this.peaks = peaks;
    this.changed();
  }

  async play(job) {
    await this.select(job);
    if (this.job?.id !== job.id || this.state !== 'ready') return;
    try {
      await this.audio.play();
    } catch (failure) {
      if (failure.name !== 'AbortError') this.fail('This browser cannot play the file; it can be downloaded.');
    }
  }

  async toggle(job) {
    if (this.job?.id === job.id && this.playing) this.audio.pause();
    else await this.play(job);
  }

  seek(fraction) {
    if (this.state === 'ready') this.audio.currentTime = fraction * this.duration;
  }

  step(seconds) {
    if (this.state === 'ready') this.audio.currentTime = Math.min(this.duration, Math.max(0, this.time + seconds));
  }

  // Nothing of the songs stays behind, nor arrives later.
  close() {
    this.session?.abort();
    this.audio.pause();
    this.audio.removeAttribute('src');
    for (const file of this.files.values()) URL.revokeObjectURL(file.url);
    this.files.clear();
    Object.assign(this, {job: null, state: 'idle', problem: '', peaks: null});
  }
}
