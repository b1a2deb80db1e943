"""What the nearest peer gets wrong, line by line, with the tests that assert the opposite (the last part of TUI.md)."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

CASES: dict[str, tuple[str, ...]] = {
    "comments and unknown keys deleted by save": (
        "tui/app/test_files.py::test_saving_changes_the_line_and_keeps_the_comment",
        "unit/files/test_editing_properties.py::test_bytes_outside_a_changed_value_are_the_same",
    ),
    "body bytes changed by save": ("unit/files/test_editing_properties.py::test_a_body_is_kept_byte_for_byte",),
    "unsaved edits dropped on switching": (
        "tui/app/test_files.py::test_an_edit_is_marked_and_stays_while_other_requests_are_looked_at",
    ),
    "external edits overwritten": (
        "tui/app/test_files.py::test_a_file_that_changed_on_disk_is_never_overwritten_unasked",
        "unit/files/test_saving.py::test_a_change_by_someone_else_is_a_conflict_and_stays",
    ),
    "a broken file vanishing from the tree": (
        "tui/app/test_files.py::test_a_broken_file_stays_in_the_tree_and_says_why",
        "tui/app/test_files.py::test_one_broken_request_hides_no_other_and_they_can_be_saved",
    ),
    "the old response staying on screen for the new request": (
        "tui/app/test_sending.py::test_another_request_never_shows_the_old_answer",
    ),
    "no cancel": (
        "tui/app/test_sending.py::test_esc_cancels_and_the_outcome_is_kept",
        "tui/app/test_history.py::test_several_calls_are_under_way_each_with_its_own_state",
    ),
    "no timer": ("tui/app/test_sending.py::test_the_time_in_flight_is_shown",),
    "errors as 5-second toasts": ("tui/app/test_sending.py::test_a_network_failure_is_a_panel_that_stays",),
    "failures missing from history": (
        "tui/app/test_sending.py::test_a_network_failure_is_a_panel_that_stays",
        "e2e/test_history.py::test_send_leaves_every_outcome_and_list_finds_it",
    ),
    "pretty JSON losing duplicate keys and number precision": (
        "tui/viewer/test_body.py::test_json_is_laid_out_and_nothing_is_lost",
    ),
    "copy taking the altered text": (
        "tui/app/test_response.py::test_copying_and_saving_use_the_exact_bytes",
        "tui/viewer/test_body.py::test_copy_value_copies_what_was_received",
    ),
    "binary as mojibake": ("tui/viewer/test_body.py::test_binary_is_hex_and_says_what_it_is",),
    "SSE shown only at its end": ("tui/app/test_sending.py::test_a_stream_is_shown_as_it_comes_and_can_be_cancelled",),
    "no search in the response": ("tui/viewer/test_find.py::test_find_as_one_types",),
    "curl export unescaped and without its authorization": (
        "e2e/test_exchange.py::test_curl_prints_a_command_that_runs",
        "unit/interchange/test_copies.py::test_a_quoted_word_is_one_word_with_that_text",
    ),
    "5 MB of JSON freezing the screen": (
        "tui/viewer/test_body.py::test_large_bodies_are_read_in_a_thread_and_the_old_one_is_gone_at_once",
        "tui/viewer/test_body.py::test_escape_stops_formatting_and_shows_it_raw",
    ),
}


@pytest.mark.parametrize("failure", CASES)
def test_each_failure_of_the_peer_has_its_tests(failure: str) -> None:
    for reference in CASES[failure]:
        path, _, name = reference.partition("::")
        tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        assert name in names, f"{reference} is gone: name the test that asserts the opposite of {failure!r}"
