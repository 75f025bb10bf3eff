"""A picture of a clip: its waveform, left and right, over its spectrogram with axes and a legend in dB; one ffmpeg call."""
import subprocess
from pathlib import Path

PLOT_WIDTH = 1200  # 2 s between marks in a clip of 30 s
SPECTRUM_HEIGHT = 480  # 2 kHz between marks at 48 kHz
MARGIN = 142  # that showspectrumpic leaves on both sides of its plot at 48 kHz
TITLE_HEIGHT = 44
LANE_HEIGHT = 90  # of one channel
WIDTH = PLOT_WIDTH + 2 * MARGIN
HEIGHT = TITLE_HEIGHT + 2 * LANE_HEIGHT + 10 + SPECTRUM_HEIGHT + 128


def frames() -> list[str]:
    """Filters that draw what stands around the waveform of each channel; full scale reaches the frame."""
    filters = []
    for lane, channel in enumerate(("left", "right")):
        top = TITLE_HEIGHT + lane * LANE_HEIGHT
        middle = top + LANE_HEIGHT // 2
        filters += [f"drawbox=x={MARGIN}:y={top}:w={PLOT_WIDTH}:h={LANE_HEIGHT}:t=1:color=0x606060",
                    f"drawtext=font=DejaVu Sans Mono:fontsize=12:fontcolor=white:x={MARGIN - 8}-tw:y={middle}-th/2:text={channel}"]
    return filters


def draw(clip: Path, title: str, out: Path) -> None:
    """Draws the stereo file `clip` of 48 kHz as a PNG of WIDTH x HEIGHT; `title` is of letters, digits, spaces and hyphens."""
    heading = f"drawtext=font=DejaVu Sans Mono:fontsize=16:fontcolor=white:x={MARGIN}:y=12:text={title}"
    panel = f"color=c=black:s={WIDTH}x{TITLE_HEIGHT + 2 * LANE_HEIGHT + 10}"
    graph = ";".join([
        "[0:a]asplit[for_spectrum][for_wave]",
        f"[for_spectrum]aformat=channel_layouts=mono,showspectrumpic=s={PLOT_WIDTH}x{SPECTRUM_HEIGHT}"
        ":legend=1:color=magma:scale=log:drange=100[spectrum]",
        f"[for_wave]showwavespic=s={PLOT_WIDTH}x{2 * LANE_HEIGHT}:split_channels=1:filter=peak:colors=0xfc8961|0xfc8961[wave]",
        ",".join([panel, heading, *frames()]) + "[panel]",
        f"[panel][wave]overlay=x={MARGIN}:y={TITLE_HEIGHT}:shortest=1[waveform]",
        "[waveform][spectrum]vstack,format=rgb24"])
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip, "-filter_complex", graph, "-frames:v", "1", out], check=True)
