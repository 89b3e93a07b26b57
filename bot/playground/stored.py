"""Keeps the bytes that were uploaded or shared, and says who may have them. Knows no messages."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.playground.arguments import RefusedError
from bot.playground.state import TEAM, Json, Workspace


@dataclass(frozen=True, slots=True)
class File:
    """A file. `content` is None until the bytes came; `complete` when the app said it is whole."""

    id: str
    name: str
    size: int
    user: str
    created: int
    title: str = ""
    alt: str = ""
    content: bytes | None = None
    complete: bool = False


@dataclass(slots=True)
class Files:
    """Every file of the workspace by its id."""

    workspace: Workspace
    base_url: Callable[[], str]
    _files: dict[str, File] = field(default_factory=dict)

    def reserve(self, name: str, size: int, user: str, alt: str = "") -> File:
        """Make room for a file whose bytes are still to come."""
        file_id = f"F{self.workspace.number():09d}"
        created = int(self.workspace.now().timestamp())
        return self.keep(File(file_id, name, size, user, created, title=name, alt=alt))

    def add(self, name: str, content: bytes, user: str) -> File:
        """Keep a file that a user shares."""
        file = self.reserve(name, len(content), user)
        return self.keep(replace(file, content=content, complete=True))

    def receive(self, file_id: str, content: bytes) -> File:
        """Take the bytes of an upload: once, and as many as were announced."""
        file = self._files.get(file_id)
        if file is None or file.content is not None:
            raise RefusedError("file_not_found", status=404)
        if len(content) != file.size:
            raise RefusedError("invalid_length", status=400)
        return self.keep(replace(file, content=content))

    def keep(self, file: File) -> File:
        """Store a new or changed file."""
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        """Find a file by its id."""
        return self._files.get(file_id)

    def upload_url(self, file: File) -> str:
        """Where the bytes are to be posted."""
        return f"{self.base_url()}upload/{file.id}"

    def as_json(self, file: File) -> Json:
        """Write a file the way Slack does; the address needs the app's token and files:read."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        address = f"{self.base_url()}files-pri/{TEAM}-{file.id}"
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": kind,
            "filetype": file.name.rpartition(".")[2].lower(),
            "user": file.user,
            "size": file.size,
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "url_private": f"{address}/view",
            "url_private_download": f"{address}/download",
            "file_access": "visible",
            **({"alt_txt": file.alt} if file.alt else {}),
        }
