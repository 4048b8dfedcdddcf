"""Archives that come out the same every time: sorted, with one time, owned by nobody in particular."""

import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

# The number of threads changes how xz cuts its input, so it is fixed rather than that of the machine.
XZ = ("xz", "--threads=2", "-6", "--stdout")


def write_tar_xz(folder: Path, target: Path, epoch: int) -> None:
    """Pack `folder` under its own name."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = epoch
        return member

    with target.open("wb") as packed, subprocess.Popen(XZ, stdin=subprocess.PIPE, stdout=packed) as xz:
        assert xz.stdin is not None
        with tarfile.open(fileobj=xz.stdin, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for path in [folder, *sorted(folder.rglob("*"))]:
                name = folder.name / path.relative_to(folder)
                archive.add(path, str(name), recursive=False, filter=plain)
        xz.stdin.close()
    if xz.returncode:
        raise subprocess.CalledProcessError(xz.returncode, XZ)


def write_zip(folder: Path, target: Path, epoch: int) -> None:
    """Pack `folder` under its own name; for Windows, which has no links or permissions to keep."""
    time = datetime.fromtimestamp(epoch, UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = (folder.name / path.relative_to(folder)).as_posix()
                archive.writestr(zipfile.ZipInfo(name, time), path.read_bytes(), zipfile.ZIP_DEFLATED)
