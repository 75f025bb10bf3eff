// A song's loudness over time, and the canvas that shows it. The canvas is a slider: click or drag to seek.

import {clock} from './wording.js';

const BUCKETS = 1200;
const DECODE_RATE = 8000;  // of the picture only: ten minutes stay below 40 MB

// Peaks from 0 to 1 of `blob`.
export async function peaksOf(blob) {
  const audio = await new OfflineAudioContext(1, 1, DECODE_RATE).decodeAudioData(await blob.arrayBuffer());
  const peaks = new Float32Array(BUCKETS);
  let loudest = 1e-6;
  for (let channel = 0; channel < audio.numberOfChannels; ++channel) {
    const samples = audio.getChannelData(channel);
    for (let i = 0; i < samples.length; ++i) {
      const bucket = Math.floor(i * BUCKETS / samples.length), level = Math.abs(samples[i]);
      if (level > peaks[bucket]) peaks[bucket] = level;
    }
  }
  for (const peak of peaks) loudest = Math.max(loudest, peak);
  return peaks.map(peak => peak / loudest);
}

// Only one is on the page at a time.
let latest = null;
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => latest?.draw());

export class Waveform {
  // `onSeek(fraction)` and `onStep(seconds)` move, `onToggle()` plays or pauses.
  constructor({onSeek, onStep, onToggle}) {
    this.node = document.createElement('div');
    this.node.className = 'wave';
    for (const [name, value] of Object.entries({role: 'slider', tabindex: 0, 'aria-label': 'Position in the song', 'aria-valuemin': 0}))
      this.node.setAttribute(name, value);
    this.canvas = document.createElement('canvas');
    this.note = document.createElement('span');
    this.note.className = 'wave-note';
    this.node.append(this.canvas, this.note);
    this.peaks = null;
    this.played = 0;
    this.hover = null;

    const at = event => {
      const box = this.node.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    this.node.addEventListener('pointerdown', event => {
      if (event.button !== 0) return;
      this.node.setPointerCapture(event.pointerId);
      onSeek(at(event));
    });
    this.node.addEventListener('pointermove', event => {
      this.hover = at(event);
      if (this.node.hasPointerCapture(event.pointerId)) onSeek(this.hover);
      this.draw();
    });
    this.node.addEventListener('pointerleave', () => { this.hover = null; this.draw(); });
    this.node.addEventListener('keydown', event => {
      const act = {ArrowRight: () => onStep(5), ArrowUp: () => onStep(5), ArrowLeft: () => onStep(-5), ArrowDown: () => onStep(-5),
                   Home: () => onSeek(0), End: () => onSeek(1), ' ': onToggle, Enter: onToggle}[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    new ResizeObserver(() => this.draw()).observe(this.node);
    latest = this;
  }

  // Instead of a waveform: loading, or why there is none.
  say(note) {
    this.note.textContent = note;
    this.node.setAttribute('aria-disabled', String(Boolean(note)));
    this.draw();
  }

  showPeaks(peaks) {
    this.peaks = peaks;
    this.draw();
  }

  showTime(time, duration) {
    this.played = duration > 0 ? time / duration : 0;
    this.node.setAttribute('aria-valuemax', Math.round(duration));
    this.node.setAttribute('aria-valuenow', Math.round(time));
    this.node.setAttribute('aria-valuetext', `${clock(time)} of ${clock(duration)}`);
    this.draw();
  }

  draw() {
    const {clientWidth: width, clientHeight: height} = this.node;
    if (!width || !this.node.isConnected) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext('2d');
    pen.scale(scale, scale);
    if (!this.peaks) return;
    const style = getComputedStyle(this.node);
    const rest = style.getPropertyValue('--wave'), accent = style.getPropertyValue('--accent');
    const pitch = 4, bars = Math.floor(width / pitch);
    for (let bar = 0; bar < bars; ++bar) {
      const first = Math.floor(bar * this.peaks.length / bars), last = Math.max(first + 1, Math.floor((bar + 1) * this.peaks.length / bars));
      let level = 0;
      for (let i = first; i < last; ++i) level = Math.max(level, this.peaks[i]);
      const tall = Math.max(2, level * height), place = (bar + 0.5) / bars;
      pen.fillStyle = place <= this.played ? accent : rest;
      pen.globalAlpha = this.hover !== null && place > this.played && place <= this.hover ? 0.55 : 1;
      pen.beginPath();
      pen.roundRect(bar * pitch, (height - tall) / 2, pitch - 1.5, tall, 1.25);
      pen.fill();
    }
  }
}
