"""Why the content of an uploaded file is refused although type and size are right."""

from __future__ import annotations

from typing import Self


class Unfit(Exception):
    """A reason with its code and Chinese sentence; ``uploads.inspect`` turns it into a fault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    @classmethod
    def damaged(cls) -> Self:
        """The file begins like its type but is cut off, altered, or carries something else."""
        return cls("file_damaged", "文件已损坏或不完整，请检查后重新上传")

    @classmethod
    def mismatch(cls) -> Self:
        """The file is of another type than its extension says."""
        return cls("file_content", "文件内容与扩展名不符")
