"""A text's language, by script and by small words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.language_id import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The company said that it would raise its guidance for the year.", "en"),
        ("Nvidia beats estimates", "en"),
        ("Das Unternehmen hat die Prognose für das Jahr nicht erhöht.", "de"),
        ("La société a relevé ses prévisions pour les deux prochaines années.", "fr"),
        ("La compañía no elevó sus previsiones para el año que viene.", "es"),
        ("La società non ha alzato le stime per il prossimo anno.", "it"),
        ("A empresa não elevou as previsões para o ano que vem.", "pt"),
        ("Het bedrijf heeft de verwachting voor het jaar niet verhoogd.", "nl"),
        ("同社は通期の業績予想を上方修正した。", "ja"),
        ("公司上调了全年业绩预期。", "zh"),
        ("회사는 연간 실적 전망을 상향 조정했다.", "ko"),
        ("Компания повысила прогноз на год.", "ru"),
        ("رفعت الشركة توقعاتها لهذا العام.", "ar"),
        ("", "und"),
        ("12 + 34 = 46", "und"),
    ],
)
def test_a_language_is_known_by_its_small_words(text: str, language: str) -> None:
    assert detect(text) == language


@given(st.text(max_size=300))
def test_any_text_has_one_answer(text: str) -> None:
    assert detect(text) == detect(text)
    assert detect(text) in {
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "ja",
        "zh",
        "ko",
        "ru",
        "ar",
        "und",
    }
