// One song of the list: its state, its progress while it is made, its player while it is selected.

import {element, icon, iconButton} from './dom.js';
import {Waveform} from './waveform.js';
import {ago, clock, fraction, isOver, size, stageText, timeLeft} from './wording.js';

const SUFFIXES = {mp3: 'MP3', wav: 'WAV', flac: 'FLAC', opus: 'Opus'};

export class SongCard {
  // `actions`: toggle, select, download, reuse, cancel, seek, step; each but the last two is given the job.
  constructor(job, actions) {
    this.actions = actions;
    this.job = job;
    this.selected = false;
    this.node = element('li', {class: 'song', 'data-job': job.id});
    this.render();
  }

  update(job) {
    const kind = this.kind();
    this.job = job;
    if (kind === this.kind() && kind === 'live') this.renderProgress();
    else this.render();
  }

  kind() {
    return isOver(this.job) ? this.job.state : 'live';
  }

  select(selected) {
    if (this.selected === selected) return;
    this.selected = selected;
    this.render();
  }

  // Rebuilds the card; the control that had the focus keeps it.
  render() {
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.part : null;
    const {job} = this;
    this.wave = this.times = this.track = null;
    this.node.className = `song${this.selected ? ' selected' : ''}${this.kind() === 'live' ? ' live' : ''}`;
    const title = element('p', {class: 'title', id: `title-${job.id}`, title: job.prompt}, job.prompt);
    this.meta = element('p', {class: 'meta'}, this.metaText());
    this.node.replaceChildren(element('div', {class: 'song-head'}, this.disc(), element('div', {}, title, this.meta), this.buttons()));
    this.node.setAttribute('aria-labelledby', title.id);
    if (this.kind() === 'live') this.addProgress();
    if (job.state === 'failed') this.node.append(element('p', {class: 'problem'}, job.error?.message ?? 'It failed.'));
    for (const warning of job.warnings) this.node.append(element('p', {class: 'meta'}, `Note: ${warning}`));
    if (this.selected && job.audio) this.addPlayer();
    if (focused) this.node.querySelector(`[data-part=${focused}]`)?.focus({preventScroll: true});
  }

  disc() {
    const {job} = this;
    if (job.state === 'succeeded') {
      this.play = iconButton('play', 'Play', () => this.actions.toggle(this.job), 'disc');
      this.play.dataset.part = 'play';
      this.play.setAttribute('aria-describedby', `title-${job.id}`);
      return this.play;
    }
    const [name, style] = {failed: ['alert', 'bad'], cancelled: ['close', 'idle']}[job.state] ?? ['wait', 'idle'];
    return element('span', {class: `disc ${style}`}, icon(name));
  }

  metaText() {
    const {job} = this;
    const parts = [clock(job.duration_seconds), SUFFIXES[job.format.type] ?? job.format.type];
    if (job.state === 'failed') parts.unshift('Failed');
    if (job.state === 'cancelled') parts.unshift('Cancelled');
    if (this.selected && job.audio) parts.push(size(job.audio.size_bytes));
    parts.push(ago(job.created_at));
    return parts.join(' · ');
  }

  refreshAge() {
    this.meta.textContent = this.metaText();
  }

  buttons() {
    const {job, actions} = this;
    const row = element('div', {class: 'actions'});
    if (this.kind() === 'live') {
      this.cancel = element('button', {type: 'button', class: 'text', 'data-part': 'cancel', onclick: () => actions.cancel(this.job)}, 'Cancel');
      row.append(this.cancel);
      return row;
    }
    const reuse = iconButton('reuse', 'Use these settings again', () => actions.reuse(this.job), 'reuse');
    reuse.dataset.part = 'reuse';
    row.append(reuse);
    if (job.audio) {
      const download = iconButton('download', 'Download', () => actions.download(this.job), 'download');
      download.dataset.part = 'download';
      row.append(download);
    }
    return row;
  }

  addProgress() {
    const bar = element('div');
    this.track = element('div', {class: 'track', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, 'aria-valuemax': 100}, bar);
    this.stage = element('span', {class: 'stage'});
    this.left = element('span');
    this.node.append(this.track, element('div', {class: 'progress-line'}, this.stage, this.left));
    this.renderProgress();
  }

  renderProgress() {
    const done = fraction(this.job), percent = Math.round((done ?? 0) * 100);
    this.track.classList.toggle('waiting', done === null);
    if (done === null) this.track.removeAttribute('aria-valuenow');
    else this.track.setAttribute('aria-valuenow', percent);
    this.track.setAttribute('aria-valuetext', stageText(this.job));
    this.track.firstChild.style.width = `${percent}%`;
    this.stage.textContent = stageText(this.job);
    this.left.textContent = timeLeft(this.job);
    this.cancel.disabled = this.job.cancel_requested;
  }

  addPlayer() {
    this.wave = new Waveform({
      onSeek: part => this.actions.seek(part), onStep: seconds => this.actions.step(seconds), onToggle: () => this.actions.toggle(this.job)
    });
    this.wave.node.dataset.part = 'wave';
    this.times = {now: element('span', {class: 'now'}, '0:00'), all: element('span')};
    this.trouble = element('p', {class: 'problem', role: 'alert', hidden: true});
    this.node.append(this.wave.node, element('div', {class: 'times'}, this.times.now, this.times.all), this.trouble);
    if (this.job.lyrics)
      this.node.append(element('details', {class: 'words'}, element('summary', {}, 'Lyrics'), element('pre', {tabindex: 0, 'aria-label': 'Lyrics'}, this.job.lyrics)));
    this.node.append(this.facts());
  }

  facts() {
    const {job} = this, {audio} = job;
    const list = element('dl', {class: 'facts'});
    const fact = (name, value) => { if (value !== null && value !== '') list.append(element('dt', {}, name), element('dd', {}, String(value))); };
    fact('Seed', job.seed);
    fact('Tempo', job.bpm && `${job.bpm} BPM`);
    fact('Key', job.key_scale);
    fact('Model', audio.model);
    fact('Loudness', audio.loudness_lufs === null ? '' : `${audio.loudness_lufs.toFixed(1)} LUFS`);
    fact('Sound', `${audio.sample_rate / 1000} kHz, ${audio.channels === 2 ? 'stereo' : `${audio.channels} channel`}`);
    fact('Made in', `${(audio.generate_seconds + audio.encode_seconds).toFixed(1)} s`);
    fact('Job', job.id);
    return element('details', {class: 'words'}, element('summary', {}, 'Details'), list);
  }

  // What the player does, as far as it is this song.
  showPlayer(player) {
    const mine = player.job?.id === this.job.id;
    if (this.play) {
      const playing = mine && player.playing, label = playing ? 'Pause' : 'Play';
      if (this.play.getAttribute('aria-label') !== label) {
        this.play.replaceChildren(icon(playing ? 'pause' : 'play'));
        this.play.setAttribute('aria-label', label);
        this.play.title = label;
      }
    }
    if (!mine || !this.wave) return;
    this.trouble.textContent = player.problem;
    this.trouble.hidden = !player.problem;
    if (this.wave.peaks !== player.peaks) this.wave.showPeaks(player.peaks);
    const note = player.state === 'loading' ? 'Loading…' : '';
    if (this.wave.note.textContent !== note) this.wave.say(note);
    this.wave.showTime(player.time, player.duration);
    this.times.now.textContent = clock(player.time);
    this.times.all.textContent = clock(player.duration);
  }
}
