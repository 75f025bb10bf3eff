// How numbers, times and states read. Pure.

// 7 → "0:07", 3725 → "1:02:05"
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});

export function ago(time, now = Date.now()) {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return RELATIVE.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86400) return RELATIVE.format(-Math.round(seconds / 3600), 'hour');
  if (seconds < 7 * 86400) return RELATIVE.format(-Math.round(seconds / 86400), 'day');
  return new Date(time).toLocaleDateString('en', {year: 'numeric', month: 'short', day: 'numeric'});
}

export function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const STAGES = {
  queued: 'Waiting for a worker', conditioning: 'Reading the prompt', denoising: 'Composing', decoding: 'Rendering the sound',
  encoding: 'Encoding the file', uploading: 'Saving'
};

export function stageText(job) {
  if (job.cancel_requested) return 'Stopping';
  if (job.state === 'queued') return job.attempts > 0 ? 'Trying again shortly' : STAGES.queued;
  const {stage, step, steps} = job.progress;
  if (stage === 'queued') return 'A worker has it';
  const text = STAGES[stage] ?? stage;
  return steps > 0 && stage === 'denoising' ? `${text}, step ${step} of ${steps}` : text;
}

// 0…1 of the whole way; null while nobody can tell.
export function fraction({state, progress: {stage, step, steps}}) {
  if (state !== 'leased') return null;
  const part = steps > 0 ? Math.min(1, step / steps) : 0;
  return {queued: 0.02, conditioning: 0.05, denoising: 0.08 + 0.67 * part, decoding: 0.75 + 0.18 * part, encoding: 0.95, uploading: 0.98}[stage] ?? null;
}

export function timeLeft({progress: {stage, predicted_finish: finish}}, now = Date.now()) {
  if (!finish || stage !== 'denoising') return '';
  const seconds = Math.ceil((Date.parse(finish) - now) / 1000);
  return seconds > 1 ? `about ${clock(seconds)} to compose` : '';
}

// A file name that says what is in it: "dark-trap-heavy-808-bass.mp3"
export function fileName(job) {
  const words = job.prompt.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return `${words.slice(0, 48).replace(/-+$/, '') || job.id}.${job.format.type}`;
}

export const isOver = job => ['succeeded', 'failed', 'cancelled'].includes(job.state);
