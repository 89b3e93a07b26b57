"""The error tree. Each class is one cause; its docstring is the sentence that the user reads.

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
    BadHoldingError      a line of a holdings file is not a ticker and a weight
    DecimalSignError     numbers of one column are written in two ways
    NoWeightsError       a book says how many of each, and not what they are worth
    MixedCurrencyError   amounts in several currencies, and no rates
    AccountWeightsError  weights that are shares of several accounts
    BadPriceError        a line of a price file is not a date, a ticker and a close
    SettingError         a setting has a value that cannot be used
      TokenKeyError      no key to seal the workspaces' tokens with
    PortBusyError        the port is taken
    UnknownChannelError  no subscription for that channel
    WhichDigestError     no channel was named
    UnknownFeedError     nobody follows that feed
    BadScheduleError     a digest cannot be sent at such times
    BadMinutesError      not that long before an open or after a close
    WrapDaysError        a weekly wrap comes on one day
    CalendarError        whether an exchange trades on a day is not known
      UnknownExchangeError  it has no calendar here
      CalendarEndsError     the day is past the calendar's end
    BadRuleError         an alert rule that cannot be used
    PrivateRuleError     a rule on somebody's own list, for others to read
    UnknownRuleError     no such alert rule
    SomebodysOwnError    what only one person may read
    UnseenArticleError   no such article was stored
    UnknownReplayError   no answer is kept under that id
    WhichPostError       what is to be done with which post is not clear
    UnknownPostError     the outbox has no post with that id
    SentPostError        a post is in no state to be posted again, or dropped
    PostMovedError       a post's state changed while somebody decided
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


class BadHoldingError(InputError):
    """A holdings file has one position to a line: ticker,weight. Example: NVDA,12.5% or KO,-3%."""


class TooManyRowsError(InputError):
    """This table is too long. Tape reads 5,000 positions of a book, or 2,000,000 rows of prices."""


class UnreadableTableError(InputError):
    """This is no table that Tape can read. Save it as CSV, and try again."""


class DecimalSignError(InputError):
    """Some numbers of this column have a decimal comma and others a point. Write them one way."""


class NoWeightsError(InputError):
    """This table says how many of each, not what they are worth: add prices, values or weights."""


class MixedCurrencyError(InputError):
    """The amounts are in several currencies, which cannot be summed without rates.

    Give weights, amounts in one currency, or a line for each rate such as EUR/USD,1.08.
    """


class AccountWeightsError(InputError):
    """The weights are shares of several accounts, which cannot be joined.

    Give market values, or weights of the whole book.
    """


class BadPriceError(InputError):
    """A price file has a column of dates, and either tickers and closes or a column a ticker.

    Write dates like 2026-11-27, and closes above 0.
    """


class SettingError(InputError):
    """This setting cannot be used. `tape doctor` shows every setting and where it comes from."""


class TokenKeyError(SettingError):
    """TAPE_TOKEN_KEY needs a key to seal the tokens of workspaces with.

    This makes one: python -c "from cryptography.fernet import Fernet as F; print(F.generate_key().decode())"
    """  # noqa: E501  a command to copy stays in one line


class PortBusyError(InputError):
    """This port cannot be used: another program has it, or it is not allowed. Choose another."""


class UnknownChannelError(InputError):
    """No digest is subscribed for this channel. `/tape digest` in it sets one up."""


class WhichDigestError(InputError):
    """Name the digest's channel with --channel, or list all digests with --list."""


class EarlierPostError(InputError):
    """The one before it is not posted yet, and this one would repeat it. Try again after it."""


class UnknownFeedError(InputError):
    """Nobody follows a feed at this address. `tape feeds list` shows what is followed."""


class BadScheduleError(InputError):
    """A digest needs a time like 08:45, weekdays like mon, and a zone like America/New_York."""


class BadMinutesError(InputError):
    """A brief comes 1 to 480 minutes before the open, a weekly wrap 0 to 480 after the close."""


class WrapDaysError(InputError):
    """A weekly wrap comes once a week: choose one day for it."""


class CalendarError(InputError):
    """Whether this exchange trades on that day is not known here."""


class UnknownExchangeError(CalendarError):
    """Tape has no trading calendar of this exchange. It takes codes like XNYS, XLON or XTKS."""


class CalendarEndsError(CalendarError):
    """This exchange's trading calendar ends on that day. A newer Tape knows later days."""


class BadRuleError(InputError):
    """This alert rule cannot be used. Check its name or words, its threshold and its zone."""


class PrivateRuleError(InputError):
    """Alerts on your watchlist or your book are private: they can only go to your own messages."""


class UnknownRuleError(InputError):
    """There is no such alert rule. `tape alerts list` and the Home tab of Tape show them."""


class SomebodysOwnError(InputError):
    """This is somebody's own: what it says is for them alone, and they see it in Slack."""


class UnseenArticleError(InputError):
    """No article is stored under this id or address."""


class UnknownReplayError(InputError):
    """No answer is kept under this id. It stands under each answer and begins with a-."""


class WhichPostError(InputError):
    """Name one post by its id, and either --retry or --drop. `tape outbox` lists the ids."""


class UnknownPostError(InputError):
    """The outbox has no post with this id. `tape outbox` lists those that are not sent."""


class SentPostError(InputError):
    """Only what failed or may be missing is posted again; whatever is not sent can be dropped."""


class PostMovedError(InputError):
    """The post is on its way at this moment, or has ended. Look again with `tape outbox`."""


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
