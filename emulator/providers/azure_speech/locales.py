"""The locales of batch transcription, and the base model of each."""

from emulator.core.base.ids import SeededRandom
from emulator.core.speech.transcripts import base_language
from emulator.providers.azure_speech.records import API

# Source: the vendor's language support page, table of speech to text.
NAMES = """
    af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-LY ar-MA ar-OM ar-PS ar-QA
    ar-SA ar-SY ar-TN ar-YE as-IN az-AZ bg-BG bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-AT de-CH de-DE
    el-GR en-AU en-CA en-GB en-GH en-HK en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA
    es-AR es-BO es-CL es-CO es-CR es-CU es-DO es-EC es-ES es-GQ es-GT es-HN es-MX es-NI es-PA es-PE
    es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR ga-IE
    gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-CH it-IT ja-JP jv-ID ka-GE kk-KZ km-KH
    kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP nl-BE nl-NL
    or-IN pa-IN pl-PL ps-AF pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-RS sv-SE sw-KE
    sw-TZ ta-IN te-IN th-TH tr-TR uk-UA ur-IN uz-UZ vi-VN wuu-CN yue-CN zh-CN zh-CN-shandong
    zh-CN-sichuan zh-HK zh-TW zu-ZA
"""
LOCALES = tuple(NAMES.split())
MAIN = ("en-US", "de-DE", "es-ES", "fr-FR", "it-IT", "nl-NL", "pt-BR", "zh-CN", "ar-EG", "sw-KE")
CANONICAL = {locale.lower(): locale for locale in LOCALES}


def canonical(locale: str) -> str | None:
    """The locale as the page spells it; None: it is not supported.

    GUESS: the case does not matter, as with everything else in a request.
    """
    return CANONICAL.get(locale.lower())


def locale_for(language: str) -> str:
    """The locale of a language that may be named without its region."""
    return canonical(language.replace("_", "-")) or next(
        (one for one in (*MAIN, *LOCALES) if base_language(one) == base_language(language)), MAIN[0]
    )


def base_model_path(locale: str) -> str:
    """The default base model of a locale: the same id in every resource, as in a real region."""
    return f"{API}/models/base/{SeededRandom('azure_speech', 'base model', locale).uuid()}"


def locale_of_base_model(path: str) -> str | None:
    """Whose default base model it is; None: no locale's."""
    is_base = path.startswith(f"{API}/models/base/")
    return next((locale for locale in LOCALES if is_base and base_model_path(locale) == path), None)
