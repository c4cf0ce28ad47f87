"""Canonical N-Quads (RDFC-1.0): one form, whatever files and blank nodes the statements come from."""

from pathlib import Path

from citydiplomacy.canonical import canonical_lines


def lines_of_files(folder: Path, *texts: str) -> list[str]:
    files = []
    for number, text in enumerate(texts):
        files.append((folder / f"{number}.ttl", "urn:g"))
        files[-1][0].write_text(text)
    return canonical_lines(files)


def test_lines_are_sorted_and_none_is_there_twice(tmp_path: Path) -> None:
    found = lines_of_files(tmp_path, '<urn:b> <urn:p> "1" . <urn:a> <urn:p> "1" .', '<urn:a> <urn:p> "1" .')
    assert found == ['<urn:a> <urn:p> "1" <urn:g> .\n', '<urn:b> <urn:p> "1" <urn:g> .\n']


def test_a_label_is_its_files_own(tmp_path: Path) -> None:
    found = lines_of_files(tmp_path, '_:x <urn:p> "1" .', '_:x <urn:q> "2" .')
    assert len({line.split()[0] for line in found}) == 2
    assert found == lines_of_files(tmp_path, '[] <urn:p> "1" .', '[ <urn:q> "2" ] .')


def test_blank_nodes_in_quoted_statements_get_their_canonical_label() -> None:
    one, other = (
        canonical_lines(
            (), [f'<urn:s> <urn:p> <<( _:{name} <urn:q> "1" )>> <urn:g> .\n', f"_:{name} <urn:r> <urn:s> .\n"]
        )
        for name in ("a", "b")
    )
    assert one == other
