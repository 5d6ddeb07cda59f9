import io
import wave

from bmo.capabilities.media import Pcm, wav_of


def test_a_wav_holds_what_was_put_in() -> None:
    made = wav_of([Pcm(b"\x01\x02" * 60, 22_050), Pcm(b"\x01\x02" * 40, 22_050)])

    with wave.open(io.BytesIO(made)) as file:
        assert (file.getframerate(), file.getnchannels(), file.readframes(200)) == (22_050, 1, b"\x01\x02" * 100)


def test_no_sound_is_no_file() -> None:
    assert wav_of([]) == b""
