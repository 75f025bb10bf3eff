// The jobs API as this page uses it. The key travels in a header, never in a URL.

const BASE = new URL('../', import.meta.url);

// A refusal, with the fields of the API's error body; `status` 0: nobody answered.
export class ApiError extends Error {
  constructor(status, detail, retryAfter) {
    super(detail.message);
    this.status = status;
    this.code = detail.code ?? '';
    this.param = detail.param ?? null;
    this.requestId = detail.request_id ?? '';
    this.retryAfter = retryAfter;
  }
}

const UNREACHABLE = 'The coordinator cannot be reached. Is it running?';

async function refusalOf(answer) {
  const retryAfter = Number(answer.headers.get('Retry-After')) || 0;
  try {
    return new ApiError(answer.status, (await answer.json()).detail, retryAfter);
  } catch {
    return new ApiError(answer.status, {message: `The server answered with status ${answer.status}.`}, retryAfter);
  }
}

export class Api {
  // `onRefusedKey` hears of every 401.
  constructor(key, onRefusedKey) {
    this.key = key;
    this.onRefusedKey = onRefusedKey;
  }

  async request(method, path, {body, headers, signal} = {}) {
    const sent = {Authorization: `Bearer ${this.key}`, ...headers};
    if (body !== undefined) sent['Content-Type'] = 'application/json';
    let answer;
    try {
      answer = await fetch(new URL(path, BASE), {method, headers: sent, body, signal, cache: 'no-store', credentials: 'omit'});
    } catch (failure) {
      if (failure.name === 'AbortError') throw failure;
      throw new ApiError(0, {code: 'unreachable', message: UNREACHABLE}, 0);
    }
    if (answer.ok) return answer;
    const refusal = await refusalOf(answer);
    if (refusal.status === 401) this.onRefusedKey(refusal);
    throw refusal;
  }

  async submit(job, idempotencyKey) {
    const headers = {'Idempotency-Key': idempotencyKey};
    return (await this.request('POST', 'v1/jobs', {body: JSON.stringify(job), headers})).json();
  }

  async jobs(cursor) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    return (await this.request('GET', `v1/jobs?limit=20${after}`)).json();
  }

  async job(id, signal) {
    return (await this.request('GET', `v1/jobs/${encodeURIComponent(id)}`, {signal})).json();
  }

  async cancel(id) {
    return (await this.request('DELETE', `v1/jobs/${encodeURIComponent(id)}`)).json();
  }

  async audio(id, signal) {
    return (await this.request('GET', `v1/jobs/${encodeURIComponent(id)}/audio`, {signal})).blob();
  }

  // The job's server-sent events as {name, data}, until the stream ends. An EventSource could not send the key.
  async *events(id, signal) {
    const answer = await this.request('GET', `v1/jobs/${encodeURIComponent(id)}/events`, {signal});
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let pending = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      const blocks = (pending + value).split('\n\n');
      pending = blocks.pop();
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  }
}

// One block of an event stream; null for a comment.
function eventOf(block) {
  const event = {name: 'message', data: ''};
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event.name = line.slice(7);
    if (line.startsWith('data: ')) event.data += line.slice(6);
  }
  return event.data ? {name: event.name, data: JSON.parse(event.data)} : null;
}

// The limits of a song's fields, by name ("format.bit_rate"), as /openapi.json states them.
export async function fieldLimits() {
  const answer = await fetch(new URL('openapi.json', BASE), {credentials: 'omit'});
  const limits = new Map();
  const collect = (schema, prefix) => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      limits.set(prefix + name, field);
      collect(field, `${prefix}${name}.`);
    }
  };
  collect((await answer.json()).components.schemas.Submission, '');
  return limits;
}
