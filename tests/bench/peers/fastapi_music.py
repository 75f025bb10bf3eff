"""The peer of script/bench api: what an app would write in Python around a model that takes no time. It checks the order,
writes the song to a file in a thread and answers with it; nothing is stored, queued, retried or signed.

  fastapi_music.py PORT FOLDER SONG_BYTES song|never"""
import asyncio
import sys
import uuid
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Header, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

PORT, FOLDER, SIZE, END = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
app = FastAPI()
waiting = 0


class Order(BaseModel):
    prompt: str = Field(max_length=4100)
    music_length_ms: int = Field(ge=3000, le=600_000)


def make():
    song = FOLDER / f"{uuid.uuid4()}.mp3"
    song.write_bytes(b"o" * SIZE)
    return song


async def answer(key):
    global waiting
    if key != "key":
        raise HTTPException(401)
    if END == "never":
        waiting += 1
        await asyncio.Event().wait()
    return FileResponse(await run_in_threadpool(make), media_type="audio/mpeg")


@app.post("/v1/music")
async def music(order: Order, xi_api_key: str = Header()):
    return await answer(xi_api_key)


@app.post("/v1/music/stream")
async def stream(order: Order, xi_api_key: str = Header()):
    return await answer(xi_api_key)


@app.get("/waiting")
async def count():
    return waiting


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False, backlog=8192)
