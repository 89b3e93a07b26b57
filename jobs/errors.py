"""What jobs can end in: the part of the error tree that stands under InputError.

As in retrieval/errors.py, each class is one cause and its docstring what the user reads.

  BadHoldingError      a line of a holdings file is not a ticker and a weight
  TooManyRowsError     a table of positions or prices is too long
  UnreadableTableError  a file that is no table
  DecimalSignError     numbers of one column are written in two ways
  NoWeightsError       a book says how many of each, and not what they are worth
  MixedCurrencyError   amounts in several currencies, and no rates
  AccountWeightsError  weights that are shares of several accounts
  BadPriceError        a line of a price file is not a date, a ticker and a close
  UnknownChannelError  no subscription for that channel
  WhichDigestError     no channel was named
  EarlierPostError     an earlier brief is not posted yet
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
  WhichPostError       what is to be done with which post is not clear
  UnknownPostError     the outbox has no post with that id
  SentPostError        a post is in no state to be posted again, or dropped
  PostMovedError       a post's state changed while somebody decided
"""

from retrieval.errors import InputError


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


class WhichPostError(InputError):
    """Name one post by its id, and either --retry or --drop. `tape outbox` lists the ids."""


class UnknownPostError(InputError):
    """The outbox has no post with this id. `tape outbox` lists those that are not sent."""


class SentPostError(InputError):
    """Only what failed or may be missing is posted again; whatever is not sent can be dropped."""


class PostMovedError(InputError):
    """The post is on its way at this moment, or has ended. Look again with `tape outbox`."""
