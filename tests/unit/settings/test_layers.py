from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bmo.settings.layers import Layered, dotted, leaves, path_of

KEYS = st.sampled_from(["a", "b", "c"])
TREES = st.recursive(
    st.integers(), lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=8
).filter(lambda tree: isinstance(tree, dict))


@given(st.lists(TREES, min_size=1, max_size=4))
def test_every_value_comes_from_the_last_tree_that_set_it_and_says_so(trees: list[Any]) -> None:
    layered = Layered()
    for number, tree in enumerate(trees):
        layered.lay(tree, str(number))

    for path, value in leaves(layered.values):
        place = layered.origins[path]
        assert dict(leaves(trees[int(place)]))[path] == value
        later = [dict(leaves(tree)) for tree in trees[int(place) + 1 :]]
        assert not any(known[: len(path)] == path for tree in later for known in tree)


@given(st.lists(TREES, min_size=1, max_size=4))
def test_the_last_tree_is_there_whole(trees: list[Any]) -> None:
    layered = Layered()
    for number, tree in enumerate(trees):
        layered.lay(tree, str(number))

    assert dict(leaves(trees[-1])).items() <= dict(leaves(layered.values)).items()


@given(st.lists(TREES, min_size=2, max_size=3))
def test_laying_never_changes_the_trees_it_was_given(trees: list[Any]) -> None:
    before = repr(trees)

    layered = Layered()
    for tree in trees:
        layered.lay(tree, "place")
    layered.set(("a", "b"), 1, "place")

    assert repr(trees) == before


def test_a_variable_means_a_path() -> None:
    assert path_of("BMO_AI__SERVERS__0__URL") == ("ai", "servers", 0, "url")
    assert path_of("BMO_HOME") is None
    assert path_of("PATH__X") is None
    assert dotted(("ai", "servers", 0)) == "ai.servers.0"
