"""pipecat with the models of the benchmark, in the environment that `peer_pipecat.py` makes.

    .bench/pipecat/bin/python pipecat_bot.py WHISPER-FOLDER AI-URL KEY

Silero, faster-whisper, a processor with the rules in front of the model, and the model and the voice of our AI server
by their OpenAI clients. Reads a path of int16 samples at 16 kHz per line and plays it at the pace of a microphone;
answers each with a line of JSON: seconds from the first sample to each stage.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("LOGURU_LEVEL", "ERROR")

from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    LLMFullResponseEndFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.turns.user_stop.speech_timeout_user_turn_stop_strategy import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner
from rules import PROMPT, answer

RATE, FRAME = 16_000, 320
CALM = 0.8
"""Seconds after the last sound without more of it: the answer is over."""
LONGEST = 40.0


class Notes:
    """When the stages of the turn were reached."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.stages: dict[str, float] = {}
        self.heard: list[str] = []
        self.reply = ""
        self.last = 0.0

    def mark(self, stage: str) -> None:
        self.stages.setdefault(stage, time.monotonic() - self.begun)
        self.last = time.monotonic()


class Witness(FrameProcessor):
    """Notes what passes; with rules, it answers commands itself."""

    def __init__(self, bot: "Bot", rules: bool) -> None:
        super().__init__()
        self._bot = bot
        self._rules = rules

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        notes = self._bot.notes
        match frame:
            case TranscriptionFrame() if self._rules:
                notes.mark("transcript")
                notes.heard.append(frame.text.strip())
                said = answer(" ".join(notes.heard))
                if said is not None:
                    await self.push_frame(TTSSpeakFrame(said))
                    return
            case TTSTextFrame() if not self._rules:
                notes.reply += f"{frame.text} "
            case TTSAudioRawFrame():
                notes.mark("first_audio")
                notes.last = time.monotonic()
            case TTSStoppedFrame() | LLMFullResponseEndFrame():
                notes.last = time.monotonic()
        await self.push_frame(frame, direction)


class Bot:
    """The pipeline."""

    def __init__(self, whisper: str, url: str, key: str) -> None:
        self.notes = Notes()
        self._context = LLMContext([{"role": "system", "content": PROMPT}])
        strategies = UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.6)])
        pair = LLMContextAggregatorPair(
            self._context, user_params=LLMUserAggregatorParams(user_turn_strategies=strategies)
        )
        hears = WhisperSTTService(device="cpu", compute_type="int8", settings=WhisperSTTService.Settings(model=whisper))
        thinks = OpenAILLMService(
            api_key=key, base_url=f"{url}/v1", settings=OpenAILLMService.Settings(model="bmo", max_tokens=120)
        )
        speaks = OpenAITTSService(api_key=key, base_url=f"{url}/v1", settings=OpenAITTSService.Settings(voice="alloy"))
        activity = VADProcessor(vad_analyzer=SileroVADAnalyzer())
        stages = [
            activity,
            hears,
            Witness(self, True),
            pair.user(),
            thinks,
            speaks,
            Witness(self, False),
            pair.assistant(),
        ]
        self.worker = PipelineWorker(
            Pipeline(stages), params=PipelineParams(audio_in_sample_rate=RATE), cancel_on_idle_timeout=False
        )

    async def turn(self, samples: bytes) -> dict[str, Any]:
        self._context.set_messages([{"role": "system", "content": PROMPT}])
        notes = self.notes = Notes()
        for start in range(0, len(samples) - 2 * FRAME + 1, 2 * FRAME):
            await asyncio.sleep(max(0.0, notes.begun + (start // 2 + FRAME) / RATE - time.monotonic()))
            piece = samples[start : start + 2 * FRAME]
            await self.worker.queue_frame(InputAudioRawFrame(audio=piece, sample_rate=RATE, num_channels=1))
        while time.monotonic() - notes.begun < LONGEST and (
            "first_audio" not in notes.stages or time.monotonic() - notes.last < CALM
        ):
            await asyncio.sleep(0.02)
        return {"stages": notes.stages, "heard": " ".join(notes.heard), "reply": notes.reply}


async def main(whisper: str, url: str, key: str) -> None:
    logger.remove()
    bot = Bot(whisper, url, key)
    started = asyncio.Event()

    @bot.worker.event_handler("on_pipeline_started")
    async def _started(*_: object) -> None:
        started.set()

    async def serve() -> None:
        await started.wait()
        print(json.dumps({"ready": True}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            samples = Path(line.strip()).read_bytes()
            print(json.dumps(await bot.turn(samples)), flush=True)
        await bot.worker.cancel()

    runner = WorkerRunner()
    await runner.add_workers(bot.worker)
    await asyncio.gather(runner.run(), serve())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
