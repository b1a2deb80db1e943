"""Two texts line by line."""

from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.tui.controllers.text_diff import DiffLine, diff

texts = st.lists(st.sampled_from(["a", "b", "c", "", "d\r"]), max_size=12).map("\n".join)


def test_equal_lines_far_from_a_difference_are_left_out() -> None:
    left = "".join(f"{number}\n" for number in range(1, 31))
    right = left.replace("15\n", "fifteen\n")
    assert [line.mark for line in diff(left, right)] == ["…", " ", " ", " ", "-", "+", " ", " ", " ", "…"]
    assert diff(left, right)[4:6] == (DiffLine("-", "15", left=15), DiffLine("+", "fifteen", right=15))
    assert diff(left, right)[0].text == "11 equal lines"


def test_a_carriage_return_and_a_missing_end_are_differences() -> None:
    assert [line.text for line in diff("a\r\n", "a")] == ["a␍", "a ␃ no line break at the end"]
    assert diff("", "") == ()
    assert [line.text for line in diff("a\nb\n", "a\nb\n")] == ["2 equal lines"]


@given(texts, texts)
def test_every_line_of_both_texts_is_there_in_its_order(left: str, right: str) -> None:
    assume(left != right)
    lines = diff(left, right, context=99)
    assert [line.left for line in lines if line.left] == list(range(1, sum(bool(line.left) for line in lines) + 1))
    assert [line.right for line in lines if line.right] == list(range(1, sum(bool(line.right) for line in lines) + 1))
    shown = [line.text.partition(" ␃")[0].replace("␍", "\r") for line in lines if line.mark in "- "]
    assert shown == (left.split("\n") if left and not left.endswith("\n") else left.split("\n")[:-1])
