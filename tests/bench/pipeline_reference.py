#!/usr/bin/env python3
"""The work of musicfleet-song-bench done by diffusers: one song at the published 2B widths with random weights, stage by
stage as AceStepPipeline calls them for a turbo checkpoint.  Writes the same line of JSON.

    pipeline_reference.py fp32|bf16 [SECONDS [THREADS]]
"""
import json
import resource
import sys
import time

import torch
from diffusers import AutoencoderOobleck
from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
from transformers import Qwen3Config, Qwen3Model

# The same in song_bench.cc.
TEXT_TOKENS, LYRIC_TOKENS, TIMBRE_FRAMES, FRAMES_PER_SECOND = 128, 300, 750, 25
STEPS, SHIFT = 8, 3.0


def built(make, dtype):
    """The module with random weights, without the minutes that its own initialisation takes."""
    with torch.device("meta"):
        module = make()
    module = module.to_empty(device="cpu").to(dtype).eval()
    noise = torch.empty(1 << 20, dtype=dtype).uniform_(-0.02, 0.02)
    for tensor in list(module.parameters()) + list(module.buffers()):
        flat = tensor.detach().view(-1)
        for start in range(0, flat.numel(), noise.numel()):
            piece = flat[start:start + noise.numel()]
            piece.copy_(noise[:piece.numel()])
    return module


def networks(dtype):
    text = built(lambda: Qwen3Model(Qwen3Config(
        vocab_size=151669, hidden_size=1024, intermediate_size=3072, num_hidden_layers=28, num_attention_heads=16,
        num_key_value_heads=8, head_dim=128, attn_implementation="sdpa")), dtype)
    condition = built(lambda: AceStepConditionEncoder(), dtype)
    transformer = built(lambda: AceStepTransformer1DModel(), dtype)
    vae = AutoencoderOobleck(
        encoder_hidden_size=128, downsampling_ratios=[2, 4, 4, 6, 10], channel_multiples=[1, 2, 4, 8, 16],
        decoder_channels=128, decoder_input_channels=64, audio_channels=2, sampling_rate=48000).to(dtype).eval()
    return text, condition, transformer, vae


def timed(stage):
    start = time.perf_counter()
    result = stage()
    return time.perf_counter() - start, result


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    """The modules are made outside of inference mode and run inside: so they are fastest.  A weight that could want a
    gradient keeps libtorch from copying it in every call of a linear layer without a bias."""
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[sys.argv[1]]
    frames = int(float(sys.argv[2]) * FRAMES_PER_SECOND) if len(sys.argv) > 2 else 30 * FRAMES_PER_SECOND
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    text_encoder, condition_encoder, transformer, vae = networks(dtype)
    # Rotary frequencies are buffers that are computed, not loaded.
    text_encoder.rotary_emb = type(text_encoder.rotary_emb)(text_encoder.config)
    with torch.inference_mode():
        print(json.dumps(song(text_encoder, condition_encoder, transformer, vae, dtype, frames)))


def song(text_encoder, condition_encoder, transformer, vae, dtype, frames):
    silence = torch.zeros(1, 15000, 64, dtype=dtype)

    def ones(length):
        return torch.ones(1, length, dtype=torch.bool)

    def encode_text():
        text = text_encoder(input_ids=torch.zeros(1, TEXT_TOKENS, dtype=torch.long),
                            attention_mask=ones(TEXT_TOKENS)).last_hidden_state
        return text, text_encoder.get_input_embeddings()(torch.zeros(1, LYRIC_TOKENS, dtype=torch.long))

    def encode_conditions(text, lyric):
        return condition_encoder(
            text_hidden_states=text, text_attention_mask=ones(TEXT_TOKENS), lyric_hidden_states=lyric,
            lyric_attention_mask=ones(LYRIC_TOKENS),
            refer_audio_acoustic_hidden_states_packed=silence[:, :TIMBRE_FRAMES],
            refer_audio_order_mask=torch.zeros(1, dtype=torch.long))[0]

    encode_conditions(*encode_text())  # whatever libraries make on their first call

    cpu_before, start = cpu_seconds(), time.perf_counter()
    text_seconds, (text, lyric) = timed(encode_text)
    condition_seconds, hidden = timed(lambda: encode_conditions(text, lyric))
    context = torch.cat([silence[:, :frames], torch.ones_like(silence[:, :frames])], dim=-1)
    sigmas = torch.linspace(1.0, 0.0, STEPS + 1)
    sigmas = SHIFT * sigmas / (1 + (SHIFT - 1) * sigmas)
    x = torch.randn(1, frames, 64).to(dtype)
    forwards = []
    for i in range(STEPS):
        t = sigmas[i].to(dtype).view(1)
        seconds, velocity = timed(lambda: transformer(
            hidden_states=x, timestep=t, timestep_r=t, encoder_hidden_states=hidden, context_latents=context,
            return_dict=False)[0])
        forwards.append(seconds)
        x = (x.float() + velocity.float() * (sigmas[i + 1] - sigmas[i])).to(dtype)
    decode_seconds, _ = timed(lambda: vae.decode(x.transpose(1, 2).contiguous()).sample)
    song_seconds, cpu = time.perf_counter() - start, cpu_seconds() - cpu_before

    return {"text encoder": text_seconds, "condition encoder": condition_seconds,
            "DiT forward": sorted(forwards)[len(forwards) // 2], "VAE decode": decode_seconds, "song": song_seconds,
            "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}


if __name__ == "__main__":
    main()
