"""What the two examples of downloads share: which files, and how they are
written."""


def file_path(number):
    """The path of a file on the server. The fourth has moved."""
    return ("/moved/" if number == 4 else "/files/") + str(number)


def write_file(path, data):
    """Writes a file, and gives its size. It blocks: a disk is waited for."""
    path.write_bytes(data)
    return path.stat().st_size
