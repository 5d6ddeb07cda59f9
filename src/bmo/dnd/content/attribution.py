"""What must stand beside the content: the SRDs ask for these sentences, word for word (CC-BY-4.0, section 3a)."""

SRD_5_1 = (
    "This work includes material taken from the System Reference Document 5.1 (“SRD 5.1”) by Wizards of the Coast LLC "
    "and available at https://dnd.wizards.com/resources/systems-reference-document. The SRD 5.1 is licensed under the "
    "Creative Commons Attribution 4.0 International License available at "
    "https://creativecommons.org/licenses/by/4.0/legalcode."
)
SRD_5_2 = (
    "This work includes material from the System Reference Document 5.2.1 (“SRD 5.2.1”) by Wizards of the Coast LLC, "
    "available at https://www.dndbeyond.com/srd. The SRD 5.2.1 is licensed under the Creative Commons Attribution 4.0 "
    "International License, available at https://creativecommons.org/licenses/by/4.0/legalcode."
)
DNDWRIGHT = (
    "The SRD 5.2.1 data is read from dndwright 0.29.0, Copyright (c) 2026 Anthony Sligar, MIT License; BMO mends a few "
    "texts of it."
)
NO_ENDORSEMENT = "BMO is not affiliated with, endorsed, sponsored or approved by Wizards of the Coast."
ABOUT = "\n\n".join((SRD_5_1, SRD_5_2, DNDWRIGHT, NO_ENDORSEMENT))
"""For the page's About; paragraphs are apart by an empty line."""
