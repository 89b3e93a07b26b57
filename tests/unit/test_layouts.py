"""Tables as brokers export them become the same book, whoever wrote them; what is doubtful is said.

The tables are ours, in the shape of real exports; their numbers are invented.
"""

import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobs.book.amounts import Amount, amount_of, decimal_of
from jobs.book.layouts import is_table, read_table
from jobs.book.preview import Preview, preview_of, sums_of
from jobs.book.saved import table_text
from jobs.errors import (
    AccountWeightsError,
    BadHoldingError,
    DecimalSignError,
    MixedCurrencyError,
    NoWeightsError,
    TooManyRowsError,
    UnreadableTableError,
)
from retrieval.errors import InputError
from retrieval.language.securities import load_securities

SECURITIES = load_securities()

WEIGHTS = "symbol,weight\nNVDA,60%\nKO,40%\n"
TIMES_PRICE = 'Symbol,Shares,Price\nNVDA,10,"$1,200.00"\nKO,100,$80.00\n'
VALUES = 'Ticker,Company,Market Value (USD)\nNVDA,NVIDIA,"12,000"\nKO,Coca-Cola,"8,000"\n'
WITH_COST = (
    "Holding\tQty\tAvg Cost\tLast Price\tCurrent Value\n"
    "NVDA\t10\t$400.00\t$1,200.00\t$12,000.00\nKO\t100\t$60.00\t$80.00\t$8,000.00\n"
)
_US_HEAD = (
    '"Symbol","Description","Qty (Quantity)","Price","Price Chng % (Price Change %)",'
    '"Mkt Val (Market Value)","Cost Basis","% of Acct (% of Account)","Security Type",\n'
)
ACCOUNTS = (
    '"Positions for All-Accounts as of 04:01 PM ET, 11/27/2026"\n\n"Individual ...123"\n'
    + _US_HEAD
    + '"NVDA","NVIDIA CORP","10","$1,200.00","+1.2%","$12,000.00","$4,000.00","100%","Equity",\n'
    '"Account Total","--","--","--","--","$12,000.00","$4,000.00","--","--",\n\n\n'
    '"Roth IRA ...456"\n' + _US_HEAD + '"KO","COCA COLA CO","100","$80.00","-0.3%","$8,000.00",'
    '"$6,000.00","100%","Equity",\n'
    '"Account Total","--","--","--","--","$8,000.00","$6,000.00","--","--",\n'
)
DISCLAIMED = (
    "\ufeffAccount Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,"
    "Today's Gain/Loss Percent,Percent Of Account,Cost Basis Total,Type\r\n"
    "X1,Individual,NVDA,NVIDIA CORP,10,$1200.00,$12000.00,+0.40%,60.00%,$4000.00,Cash,\r\n"
    "X1,Individual,KO,COCA COLA CO,100,$80.00,$8000.00,+0.40%,40.00%,$6000.00,Margin,\r\n\r\n"
    '"The data in this table is for your information, as of 2026,\nand is no advice."\r\n'
    "Date downloaded Nov-27-2026 4:05 p.m ET\r\n"
)
EUROPEAN = (
    "Symbol;ISIN;Bezeichnung;Anzahl;Kurs;Marktwert;Währung\n"
    "NVDA;US67066G1040;NVIDIA CORP;10;1.200,00;12.000,00;EUR\n"
    "KO;US1912161007;COCA-COLA CO;100;80,00;8.000,00;EUR\n"
)
BY_ISIN = (
    "Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde,,Waarde in EUR\n"
    'NVIDIA CORP,US67066G1040,10,"1296,00",USD,"12960,00","12000,00"\n'
    'COCA-COLA,US1912161007,100,"80,00",EUR,"8000,00","8000,00"\n'
)
STATEMENT = (
    "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity Statement\n"
    "Net Asset Value,Header,Asset Class,Prior Total,Current Long,Change\n"
    "Net Asset Value,Data,Stock,100,2000,400\n"
    "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,"
    "Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code\n"
    "Open Positions,Data,Summary,Stocks,USD,NVDA,10,1,400,4000,1200,12000,8000,\n"
    "Open Positions,Data,Summary,Stocks,USD,KO,100,1,60,6000,80,8000,2000,\n"
    "Open Positions,Total,,Stocks,USD,,,,,10000,,20000,10000,\n"
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price\n"
    'Trades,Data,Order,Stocks,USD,NVDA,"2026-11-20, 10:00:00",10,400\n'
)
WITH_TRADES = (
    "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
    "1,NVIDIA CORP,NVDA,10,1200.00,12000.00,\n1,COCA COLA CO,KO,100,80.00,8000.00,\n\n"
    "Account Number,Trade Date,Transaction Type,Investment Name,Symbol,Shares,Share Price,"
    "Principal Amount,\n1,2026-11-01,Buy,NVIDIA CORP,NVDA,10,400.00,4000.00,\n"
)
WITH_SUMMARY = (
    "Account Summary\nAccount,Net Account Value,Total Gain $\nBrokerage -1234,20000,10000\n\n"
    "View Summary - All Positions\n"
    "Symbol,Last Price $,Change $,Quantity,Price Paid $,Total Gain $,Value $\n"
    "NVDA,1200,1,10,400,8000,12000\nKO,80,1,100,60,2000,8000\nTOTAL,,,,,10000,20000\n\n"
    "Generated at Nov 26 2026 04:00 PM ET\n"
)
BY_WKN = (
    '"Depotübersicht vom 26.11.2026"\n\n"Stück";"Bezeichnung";"WKN";"Akt. Kurs";"Wert in EUR"\n'
    '"10";"NVIDIA CORP";"918422";"1.200,00";"12.000,00"\n'
    '"100";"COCA-COLA CO";"850663";"80,00";"8.000,00"\n'
)
LONG_BOOKS = {
    "weights": WEIGHTS,
    "quantity times price": TIMES_PRICE,
    "market values": VALUES,
    "with cost": WITH_COST,
    "several accounts": ACCOUNTS,
    "with disclaimers": DISCLAIMED,
    "European": EUROPEAN,
    "by ISIN": BY_ISIN,
    "an activity statement": STATEMENT,
    "with trades below": WITH_TRADES,
    "with a summary above": WITH_SUMMARY,
    "by WKN": BY_WKN,
}


def read(text: str) -> Preview:
    return preview_of(text, SECURITIES)


def shares(preview: Preview) -> dict[str, float]:
    return {one.ticker: round(one.weight, 6) for one in preview.holdings}


@pytest.mark.parametrize("table", LONG_BOOKS.values(), ids=LONG_BOOKS)
def test_every_layout_gives_the_same_book(table: str) -> None:
    assert is_table(table)
    assert shares(read(table)) == {"NVDA": 0.6, "KO": 0.4}


@pytest.mark.parametrize("table", LONG_BOOKS.values(), ids=LONG_BOOKS)
@pytest.mark.parametrize("change", ["\r\n", "blank lines", "bom", "trailing"])
def test_how_a_file_was_saved_changes_nothing(table: str, change: str) -> None:
    changed = {
        "\r\n": table.replace("\r\n", "\n").replace("\n", "\r\n"),
        "blank lines": "\n\n" + table + "\n\n",
        "bom": "\ufeff" + table.removeprefix("\ufeff"),
        "trailing": table.rstrip("\n"),
    }[change]
    assert shares(read(changed)) == {"NVDA": 0.6, "KO": 0.4}


def test_what_was_given_is_kept_beside_the_shares() -> None:
    nvda, ko = read(WITH_COST).lots
    assert (nvda.quantity, nvda.price, nvda.value, nvda.cost) == (10, 1200, 12_000, 4_000)
    assert (ko.currency, ko.account) == ("USD", None)
    first, second = read(ACCOUNTS).lots
    assert (first.account, second.account) == ("Individual ...123", "Roth IRA ...456")
    assert repr(first) == "Lot()"
    assert repr(read(ACCOUNTS)) == "Preview(2 positions)"


SHORTS = {
    "a negative quantity": "symbol,quantity,price\nNVDA,30,10\nKO,-10,10\n",
    "a negative value": "symbol,value\nNVDA,300\nKO,-100\n",
    "Unicode's minus": "symbol,value\nNVDA,300\nKO,−100\n",
    "a minus behind": "symbol,value\nNVDA,300\nKO,100-\n",
    "brackets": 'symbol,market value\nNVDA,"$300.00"\nKO,"($100.00)"\n',
    "a column of sides": "symbol,side,value\nNVDA,Long,300\nKO,Short,100\n",
    "an absolute value": "symbol,quantity,value\nNVDA,3,300\nKO,-1,100\n",
    "weights": "NVDA;75,0%\nKO;-25,0%\n",
}


@pytest.mark.parametrize("table", SHORTS.values(), ids=SHORTS)
def test_a_short_is_one_however_it_is_written(table: str) -> None:
    assert shares(read(table)) == {"NVDA": 0.75, "KO": -0.25}


def test_a_side_that_its_amount_denies_is_no_position() -> None:
    with pytest.raises(BadHoldingError, match="line 3"):
        read("symbol,side,value\nNVDA,Long,300\nKO,Long,-100\n")


CASH_ROWS = [
    "CASH,,100",
    "USD,,100",
    "Cash & Cash Investments,,100",
    "USD Cash,,100",
    ",EUR Cash,100",
    "SPAXX**,HELD IN MONEY MARKET,100",
    "Pending Activity,,100",
    ",CASH & CASH FUND (EUR),100",
    "USD Cash,,100",
    "EUR cash balance,,100",
    "US Dollars,,100",
    "VMFXX,VANGUARD FEDERAL MONEY MARKET,100",
]


@pytest.mark.parametrize("row", CASH_ROWS)
def test_cash_is_cash_by_any_of_its_names(row: str) -> None:
    found = read(f"symbol,description,value\nNVDA,NVIDIA,300\n{row}\n")
    assert (len(found.cash), round(found.in_cash, 6), found.unknown) == (1, 0.25, ())


def test_a_name_that_only_begins_like_cash_is_none() -> None:
    assert read("symbol,value\nNVDA,300\nCASHMERE,100\n").unknown == ("CASHMERE",)


def test_a_company_whose_ticker_is_cash_is_a_company() -> None:
    found = read("symbol,name,value\nCASH,Pathward Financial Inc,100\nUSD,,100\n")
    assert (found.cash, found.names) == (("$USD",), {"CASH": "Pathward Financial"})


def test_totals_headings_and_disclaimers_are_left_out_and_counted() -> None:
    assert read(ACCOUNTS).ignored == 5
    assert read(DISCLAIMED).ignored == 2
    assert read(ACCOUNTS).notes == ()


def test_a_total_that_is_not_the_sum_is_told() -> None:
    (told,) = read("symbol,value\nNVDA,100\nKO,200\nTotal,400\n").notes
    assert told.startswith("1 total of the table is not the sum of its rows")


def test_weights_that_do_not_fill_the_book_are_told_and_not_filled() -> None:
    found = read("ticker;Weight %\nNVDA;60,4\nKO;38\n")
    assert "$CASH" not in shares(found)
    assert found.notes == (
        "The weights sum to 98.4%, not 100%: kept are the shares of what is listed.",
        "If 1.6% is cash, add the line CASH,1.6%.",
    )
    assert read("ticker,Weight %\nNVDA,80\nKO,-20\n").notes == ()


def test_a_symbol_without_an_amount_is_named() -> None:
    found = read("symbol,value\nNVDA,100\nKO,--\n")
    assert found.notes == ("Left out, as no amount stands beside them: KO.",)


def test_an_unknown_symbol_comes_with_the_ticker_that_its_name_surely_means() -> None:
    found = read("symbol,name,value\nAPPL,Apple Inc,100\nZZZQ,Nobody Knows It,100\n")
    assert (found.unknown, found.nearest) == (("APPL", "ZZZQ"), {"APPL": "AAPL"})


def test_the_letters_of_a_foreign_share_are_not_read_as_another_companys_ticker() -> None:
    """AIR is AAR in New York and Airbus in Paris."""
    found = read("symbol;isin;name;value\nAIR;NL0000235190;AIRBUS SE;100\nSAP;DE0007164600;SAP;1\n")
    assert set(shares(found)) == {"NL0000235190", "SAP"}
    assert found.notes == (
        "Not AIR of New York by its name: kept as NL0000235190, for which there is no news.",
    )


def test_an_isin_is_read_by_its_name_and_that_is_told() -> None:
    assert read(BY_ISIN).notes == (
        "Read by their names: US67066G1040 as NVDA, US1912161007 as KO.",
    )


MIXED = "symbol,market value,currency\nNVDA,108,USD\nSAP,100,EUR\n"


def test_amounts_in_several_currencies_are_joined_by_given_rates_or_not_at_all() -> None:
    with pytest.raises(MixedCurrencyError, match="EUR, USD"):
        read(MIXED)
    with pytest.raises(MixedCurrencyError):
        read(MIXED + "GBP/USD,1.3\n")
    even = {"NVDA": 0.5, "SAP": 0.5}
    assert shares(read(MIXED + "EUR/USD,1.08\n")) == even
    by_column = "symbol,value,ccy,fx rate\nNVDA,108,USD,1\nSAP,100,EUR,1.08\n"
    assert shares(read(by_column)) == even
    signs = "symbol,value\nNVDA,$100\nSAP,€100\n"
    with pytest.raises(MixedCurrencyError):
        read(signs)


def test_pence_are_hundredths_of_pounds() -> None:
    table = "symbol,quantity,price,currency\nSHEL,1,2500,GBX\nVOD,100,0.75,GBP\n"
    assert shares(read(table)) == {"SHEL": 0.25, "VOD": 0.75}
    by_header = (
        "Code,Stock,Units held,Price (pence),Value (£)\nSHEL,Shell Plc,1,2500,25\n"
        "VOD,Vodafone Group,100,75,75\n"
    )
    assert shares(read(by_header)) == {"SHEL": 0.25, "VOD": 0.75}
    assert read(by_header).notes == ()
    without_values = "Code,Units held,Price (pence)\nSHEL,1,2500\nVOD,100,75\n"
    assert {lot.currency for lot in read(without_values).lots} == {"GBP"}


def test_a_number_that_could_be_two_is_told() -> None:
    assert read("NVDA;1.500\nKO;500").notes == (
        "Numbers such as 1.234 are read as thousands: 1234.",
    )
    assert read("NVDA;1.500,0\nKO;500").notes == ()


def test_lines_may_be_typed_without_a_comma() -> None:
    assert shares(read("NVDA 75%\nKO -25%")) == {"NVDA": 0.75, "KO": -0.25}


def test_an_amount_without_a_currency_beside_others_is_told() -> None:
    found = read("symbol,value,currency\nNVDA,100,USD\nKO,100,\n")
    assert found.notes == ("1 amount without a currency: taken as USD, like the others.",)


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ("symbol,quantity\nNVDA,10\n", NoWeightsError),
        ('symbol,value\nNVDA,"1,234.5"\nKO,"1.234,5"\n', DecimalSignError),
        (
            "account,symbol,weight\nA,NVDA,60%\nA,KO,40%\nB,V,100%\n",
            AccountWeightsError,
        ),
        ("symbol,value\nNVDA,lots\n", BadHoldingError),
        ("symbol,value\nNVDA,=1+1\n", BadHoldingError),
        ('symbol,value\n"=HYPERLINK(""http://evil.example"")",1\n', BadHoldingError),
        ("symbol,value\n@SUM(A1),1\n", BadHoldingError),
        ("symbol,value\n-2+3,1\n", BadHoldingError),
        ("NVDA,12,5\n", BadHoldingError),
        ("symbol,value\n" + "NVDA,1\n" * 5_001, TooManyRowsError),
        ("symbol,value\n" + "NVDA,1\n" * 50_001, TooManyRowsError),
    ],
)
def test_what_would_be_a_guess_is_an_error_that_repeats_no_cell(
    table: str, error: type[InputError]
) -> None:
    with pytest.raises(error) as raised:
        read(table)
    for word in ("HYPERLINK", "lots", "SUM", "1+1"):
        assert word not in raised.value.sentence


def test_what_is_written_as_a_formula_beside_a_book_is_never_repeated() -> None:
    table = "symbol,name,value,account\nZZZQ,\"=cmd|' /C calc'!A0\",1,=evil()\n"
    found = read(table)
    shown = repr((found.notes, found.names, found.nearest, found.unknown, found.columns))
    assert "cmd" not in shown
    assert "evil" not in shown


def test_an_option_is_a_position_of_its_own() -> None:
    found = read("symbol,quantity,value\nAAPL,10,2500\n -AAPL270115C300,-1,-500\n")
    assert found.unknown == ("AAPL270115C300",)
    assert shares(found) == {"AAPL": 0.833333, "AAPL270115C300": -0.166667}


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("1'234.50", ".", 1234.5),
        ("1 234,5 €", ",", 1234.5), ("$1,234", ".", 1234), ("USD 12", ".", 12),
        ("(12.5%)", ".", -12.5), ("−3", ".", -3), ("12-", ".", -12), ("1.2E+05", ".", 120_000),
        ("12,34,567", ".", 1_234_567), (".5", ".", 0.5),
    ],
)  # fmt: skip
def test_a_number_is_read_in_the_way_of_its_country(cell: str, decimal: str, value: float) -> None:
    found = amount_of(cell, decimal)  # type: ignore[arg-type]
    assert found is not None
    assert found.value == pytest.approx(value)
    assert decimal_of([cell], "value") in (decimal, None)


@pytest.mark.parametrize(
    "cell", ["", "--", "n/a", "1e9", "nan", "inf", "1 2", "0x1", "1,2,3", "=1"]
)
def test_what_is_no_number_is_none(cell: str) -> None:
    assert amount_of(cell, ".") is None


def test_a_sign_and_a_currency_are_read_beside_the_number() -> None:
    assert amount_of("€12,5", ",") == Amount(12.5, currency="EUR")
    assert amount_of("12.5 %", ".") == Amount(12.5, percent=True)


@given(st.floats(0.01, 999_999_999), st.sampled_from([".", ","]))
def test_a_number_that_is_written_can_be_read_again(value: float, decimal: str) -> None:
    written = f"{value:,.2f}"
    if decimal == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    found = amount_of(written, decimal)  # type: ignore[arg-type]
    assert found == Amount(round(value, 2))


@given(
    st.text(
        st.one_of(
            st.sampled_from('symbol,value weight;\t\n"=+-@()%$€NVDAKO0123456789.'),
            st.characters(exclude_categories=["Cs"]),
        ),
        max_size=300,
    )
)
@example("symbol,value\n\x00,1\n")
@example('"')
@example("symbol,value\nNVDA,1e+99\n")
def test_any_text_is_a_book_or_one_of_the_errors(text: str) -> None:
    with suppress(InputError):
        found = read("symbol,value\n" + text)
        assert found.long + found.short == pytest.approx(1)
        assert sums_of(found)
    with suppress(InputError):
        read_table(text)


@pytest.mark.parametrize(
    "table",
    [
        "symbol,value\n" + "a,b;c\td|e " * 100_000,
        'symbol,value\n"' + "x" * 1_000_000,
        "symbol,value\nNVDA," + "1 " * 60_000,
        "symbol,value\n" + "x\n" * 200_000,
    ],
    ids=["cells", "a quote", "digits", "lines"],
)
def test_junk_is_refused_at_once(table: str) -> None:
    before = time.process_time()
    with pytest.raises((BadHoldingError, TooManyRowsError)):
        read(table)
    assert not is_table("\n" + table[20:])
    assert time.process_time() - before < 5


def test_the_largest_book_is_read_in_seconds() -> None:
    rows = "".join(f"Q{n}Z,Widget Holdings {n},100\n" for n in range(5_000))
    before = time.process_time()
    found = read(f"symbol,description,value\n{rows}")
    assert len(found.holdings) == 5_000
    assert time.process_time() - before < 10


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_however_a_spreadsheet_saves_it(charset: str) -> None:
    text = "ISIN;Bezeichnung;Stück;Kurswert EUR\r\nUS67066G1040;NVIDIA;100;15.432,10\r\n"
    assert table_text(text.encode(charset)) == text
    assert [one.ticker for one in read(text).holdings] == ["NVDA"]


@pytest.mark.parametrize("body", [b"PK\x03\x04\0\x06", b"\x89PNG\r\n\0", b"\0\1\xff\xfe"])
def test_what_is_no_text_is_no_table(body: bytes) -> None:
    with pytest.raises(UnreadableTableError):
        table_text(body)
