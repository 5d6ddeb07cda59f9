"""`python scripted_program.py`: the scripted app under its real server, told by the environment like the real one."""

from bmo.app.http import bodies
from bmo.app.serve import serve
from bmo.core.clock import SystemClock
from bmo.settings.load import load_app
from bmo.wire import hurry
from bmo.wire.page import AudioLine, FrameHead
from scripted_app import scripted_app

if __name__ == "__main__":
    # Nobody wants to wait for what takes a quarter of a minute.
    hurry.HEAD_SECONDS = bodies.SECONDS = 1.0

    def build(settings, notices):
        made = scripted_app(settings, SystemClock(), notices)
        sockets = made.parts.sockets

        def frame(sid, head, pcm):
            sockets.send(sid, "back", FrameHead.model_validate(head))

        def spill(sid):
            for clause in range(1_000):
                sockets.send(sid, "turn", AudioLine(turn="t", clause=clause, rate=24_000, pcm=bytes(48_000)))

        sockets.register("/voice", {"frame": frame, "spill": spill})
        return made

    serve(load_app(), build)
