"""Presets of redaction: which types of entities each of them stands for."""

from collections.abc import Mapping

COMMON = "CPRA GDPR HIPAA_SAFE_HARBOR QUEBEC_PRIVACY_ACT APPI"
# Documentation, named entity recognition: the laws that each type falls under. GENDER and SEXUALITY
# stand there as one type; streets, which stand nowhere, go with addresses.
LAWS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("BANK_ACCOUNT", "CREDIT_CARD", "CREDIT_CARD_EXPIRATION", "CVV", "DOB"),
            *("DRIVER_LICENSE", "EMAIL_ADDRESS", "HEALTHCARE_NUMBER", "IP_ADDRESS"),
            *("LOCATION_ADDRESS", "LOCATION_ADDRESS_STREET", "LOCATION_CITY"),
            *("LOCATION_COORDINATE", "LOCATION_ZIP", "NAME", "NAME_FAMILY", "NAME_GIVEN"),
            *("NAME_MEDICAL_PROFESSIONAL", "NUMERICAL_PII", "PASSPORT_NUMBER", "PHONE_NUMBER"),
            *("POLITICAL_AFFILIATION", "RELIGION", "SSN"),
        ),
        COMMON,
    ),
    **dict.fromkeys(
        ("BLOOD_TYPE", "CONDITION", "DRUG", "INJURY", "MEDICAL_CODE", "MEDICAL_PROCESS", "URL"),
        "CPRA GDPR HIPAA_SAFE_HARBOR QUEBEC_PRIVACY_ACT",
    ),
    **dict.fromkeys(("GENDER", "SEXUALITY", "PHYSICAL_ATTRIBUTE"), "CPRA GDPR"),
    **dict.fromkeys(("LOCATION_COUNTRY", "LOCATION_STATE"), "GDPR APPI"),
    **dict.fromkeys(
        ("OCCUPATION", "ORGANIZATION", "ORGANIZATION_MEDICAL_FACILITY"), "QUEBEC_PRIVACY_ACT APPI"
    ),
    "ACCOUNT_NUMBER": "HIPAA_SAFE_HARBOR",  # documentation, PII redaction
    "AGE": "GDPR HIPAA_SAFE_HARBOR QUEBEC_PRIVACY_ACT APPI",
    "DATE": "HIPAA_SAFE_HARBOR QUEBEC_PRIVACY_ACT",
    "DATE_INTERVAL": "HIPAA_SAFE_HARBOR",
    "LANGUAGE": "GDPR",
    "LOCATION": "GDPR HIPAA_SAFE_HARBOR APPI",
    "ORIGIN": "CPRA GDPR QUEBEC_PRIVACY_ACT",
    "PASSWORD": "CPRA APPI",
    "STATISTICS": "HIPAA_SAFE_HARBOR QUEBEC_PRIVACY_ACT",
    "USERNAME": "CPRA GDPR APPI",
    "VEHICLE_ID": "CPRA GDPR HIPAA_SAFE_HARBOR APPI",
    "YEAR": "HIPAA_SAFE_HARBOR",  # GUESS: newer than the table, where years are intervals
}


def types_of(law: str) -> frozenset[str]:
    return frozenset(one for one, laws in LAWS.items() if law in laws.split())


PRESETS: Mapping[str, frozenset[str]] = {
    **{law: types_of(law) for law in COMMON.split()},
    # Documentation, PII redaction: these lists are complete.
    "APPI_SENSITIVE": frozenset(
        {"MARITAL_STATUS", "ORIGIN", "PHYSICAL_ATTRIBUTE", "POLITICAL_AFFILIATION", "RELIGION"}
    ),
    "GDPR_SENSITIVE": frozenset(
        {
            *("GENDER", "LANGUAGE", "ORIGIN", "PHYSICAL_ATTRIBUTE", "POLITICAL_AFFILIATION"),
            *("RELIGION", "SEXUALITY"),
        }
    ),
    "HEALTH_INFORMATION": frozenset(
        {
            *("BLOOD_TYPE", "CONDITION", "DOSE", "DRUG", "INJURY", "MEDICAL_PROCESS"),
            "STATISTICS",
        }
    ),
    "PCI": frozenset(
        {"BANK_ACCOUNT", "CREDIT_CARD", "CREDIT_CARD_EXPIRATION", "CVV", "ROUTING_NUMBER"}
    ),
    # Documentation, PII redaction, names the first five and says that there are more; GUESS: those.
    "CCI": frozenset(
        {
            *("FILENAME", "MONEY", "OCCUPATION", "ORGANIZATION", "TIME"),
            *("CORPORATE_ACTION", "FINANCIAL_METRIC", "ORGANIZATION_ID", "PRODUCT", "PROJECT"),
            "TREND",
        }
    ),
    # The same page names account numbers, SSN and other numbers. GUESS: all other types of numbers.
    "NUMERICAL_EXCL_PCI": frozenset(
        {
            *("ACCOUNT_NUMBER", "AGE", "DATE", "DOB", "DRIVER_LICENSE", "HEALTHCARE_NUMBER"),
            *("IP_ADDRESS", "LOCATION_ZIP", "MONEY", "NUMERICAL_PII", "PASSPORT_NUMBER"),
            *("PHONE_NUMBER", "SSN", "TIME", "VEHICLE_ID", "YEAR"),
        }
    ),
    # The same page lists nothing. GUESS: the types in its table of core types.
    "CORE_ENTITIES": frozenset(
        {
            *("DATE", "DOB", "DRIVER_LICENSE", "EMAIL_ADDRESS", "IP_ADDRESS", "LOCATION_ADDRESS"),
            *("NAME", "NAME_FAMILY", "NAME_GIVEN", "PASSPORT_NUMBER", "PHONE_NUMBER", "SSN"),
            *("URL", "USERNAME"),
        }
    ),
}
EVERYTHING = frozenset({"LIDI"})  # GUESS: no page says what it takes in


def covers(types: tuple[str, ...], kind: str) -> bool:
    """Whether the types that were asked for take it in; no list takes in everything.

    A preset takes in what it lists; a type, its subtypes as well.
    """
    if not types or EVERYTHING & set(types):
        return True
    return any(
        kind in PRESETS[type_]
        if type_ in PRESETS
        else kind == type_ or kind.startswith(f"{type_}_")
        for type_ in types
    )
