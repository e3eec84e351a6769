"""The words of measured quantities: tags, and how engineers name them, as regular expressions between bars."""

TAGS_AND_WORDS: tuple[tuple[str, str], ...] = (
    (
        "psr",
        r"""
        peaks?[- ]to[- ]short[- ]term(?:[- ]loudness)?(?: ratio)? | \bPSR\b
        """,
    ),
    (
        "plr",
        r"""
        peaks?[- ]to[- ]loudness(?: ratio)? | \bPLR\b
        """,
    ),
    (
        "psr",
        r"""
        \bpeaks?\b[^;:]{0,60}?\bshort[- ]term(?: loudness)? | \bshort[- ]term(?: loudness)?[^;:]{0,30}?\bpeaks?\b
        """,
    ),
    (
        "psr plr",
        r"""
        \bpeaks?\b[^;:]{0,40}?\b(?:above|over|clear\w*|between)\b[^;:]{0,25}?\bloudness\b
        """,
    ),
    (
        "dr14",
        r"""
        \bDR ?14\b | \bDR\b
        """,
    ),
    (
        "lra plr dr14 psr",
        r"""
        \bdynamic range\b | \bdynamics\b
        """,
    ),
    (
        "lra",
        r"""
        \bloudness range\b | \bLRA\b
        """,
    ),
    (
        "crest",
        r"""
        \bcrest(?: factor)?\b
        """,
    ),
    (
        "short_term",
        r"""
        \bshort[- ]term\b | \bloudest (?:three|3) seconds\b | \bloudest (?:passage|stretch|part|section|moment)\b
        """,
    ),
    (
        "momentary",
        r"""
        \bmomentary\b
        """,
    ),
    (
        "integrated",
        r"""
        \bintegrated\b | \boverall loudness\b | \bprogramme loudness\b
        """,
    ),
    (
        "true_peak",
        r"""
        \btrue[- ]?peaks?\b | \binter[- ]?sample(?: peaks?)? | \bISPs?\b
        """,
    ),
    (
        "sample_peak",
        r"""
        \bsample[- ]peaks?\b
        """,
    ),
    (
        "clips",
        r"""
        \bclip(?:s|ped|ping)?\b | \bflat[- ]top\w* | \b(?:chopp|cut|shav)\w* (?:flat|off)\b
        """,
    ),
    (
        "true_peak sample_peak",
        r"""
        \bpeaks?\b | \bpeaking\b | \bovers\b | \bheadroom\b
        """,
    ),
    (
        "psr plr",
        r"""
        \blimit(?:ed|ing)\b | \bsquash\w* | \bcrush\w* | \bcompress(?:ed|ion)\b | \bflatten\w* | \bpunch\w*
        \btransients?\b
        """,
    ),
    (
        "limiter",
        r"""
        \blimiters?\b | \bclipper\b | \bmaximi[sz]ers?\b
        """,
    ),
    (
        "correlation",
        r"""
        \bcorrelation\b | \bphase\b
        """,
    ),
    (
        "mono",
        r"""
        \bmono\b | \bfold\w*
        """,
    ),
    (
        "width",
        r"""
        \bsides?\b | \bwidth\b
        \bwid(?:e|er|en\w*)\b(?! (?:bell|cut|boost|shelf|band|q|eq|dip|curve|high|low)\b) | \bnarrow\w*
        \bstereo\b | \bspread\b | \bM/S\b
        """,
    ),
    (
        "balance",
        r"""
        (?<!is )(?<!are )\bleft\b(?! (?:over|to)\b) | \bright\b | \bleans?\b | \bleaning\b | \blopsided\b
        \b(?:off-?)?cent(?:re|er)d?\b
        \bchannel balance\b
        """,
    ),
    (
        "low_side low_mono",
        r"""
        \b(?:below|under) (?:about )?(?:100|110|120)\b | \blow[- ]end width\b
        """,
    ),
    (
        "sub",
        r"""
        \bsubs?\b | \b20(?: ?Hz)? ?(?:\u2013|-|to|and) ?60\b
        """,
    ),
    (
        "bass",
        r"""
        \bbass\b | \b60(?: ?Hz)? ?(?:\u2013|-|to|and) ?200\b
        """,
    ),
    (
        "sub bass",
        r"""
        \blow[- ]end\b | \blows\b | \bbottom(?: end)?\b | \bboom\w* | \bweight\b | \brumbl\w* | \bdown there\b
        \bdown low\b
        """,
    ),
    (
        "lowmid",
        r"""
        \blow(?:er)?[- ]?mid\w* | \bmud\w* | \bboxy\b | \bboxiness\b | \bcloud\w*
        \b200(?: ?Hz)? ?(?:\u2013|-|to|and) ?500\b
        """,
    ),
    (
        "presence",
        r"""
        \bupper[- ]mid\w* | \bpresence\b | \bharsh\w* | \b2(?: ?k(?:Hz)?)? ?(?:\u2013|-|to|and) ?5 ?k
        """,
    ),
    (
        "mid",
        r"""
        \b500(?: ?Hz)? ?(?:\u2013|-|to|and) ?2 ?k
        """,
    ),
    (
        "high",
        r"""
        \b5(?: ?k(?:Hz)?)? ?(?:\u2013|-|to|and) ?10 ?k
        """,
    ),
    (
        "air",
        r"""
        \bair\b | \b10(?: ?k(?:Hz)?)? ?(?:\u2013|-|to|and) ?20 ?k
        """,
    ),
    (
        "high air",
        r"""
        \btop(?: end)?\b | \bhighs\b | \btreble\b | \bbright\w* | \bdull\w* | \bdark\w* | \bhats\b | \bcymbals\b
        \bsparkle\b
        """,
    ),
    (
        "tilt",
        r"""
        \btilt\b | \bslope\b
        """,
    ),
    (
        "tempo",
        r"""
        \btempo\b | \bBPM\b | \bhalf[- ]time\b | \bdouble[- ]time\b | \bpulse\b
        """,
    ),
    (
        "tuning",
        r"""
        \btuning\b | \btuned\b | \bpitch\b | \bcents\b
        """,
    ),
    (
        "dc",
        r"""
        \bDC\b | \boffset\b
        """,
    ),
    (
        "silence",
        r"""
        \bsilen\w+ | \bgap\b | \bhead of\b
        """,
    ),
    (
        "noise",
        r"""
        \bnois\w+ | \bhum\b | \bhiss\b | \bbuzz\b
        """,
    ),
    (
        "cutoff",
        r"""
        \bcut-?off\b | \bedge\b | \bencoder\b | \blossy\b
        """,
    ),
    (
        "length",
        r"""
        \blong\b | \blength\b | \bduration\b
        """,
    ),
    (
        "integrated level",
        r"""
        \btoo (?:loud|quiet)\b | \b(?:louder|quieter) than\b
        """,
    ),
    (
        "level",
        r"""
        \blevel-?wise\b | \baverages?\b
        """,
    ),
)
"""In order: what is found first is not looked at again."""

COMPARISONS: dict[str, str] = {
    "reference": r"""
        \breference\b | \bref\b
    """,
    "server": r"""
        \bserver(?:'?s)?\b | \btheir (?:middle|usual)\b
    """,
    "version": r"""
        \bversion\b | \bbefore\b | \bearlier\b | \bprevious\w* | \blast (?:time|bounce|one)\b | \bcame down\b
        \bgot (?:better|worse)\b | \bimproved?\b | \bfrom\b | \bwas\b | \bwere\b | \bused to\b
    """,
    "target": r"""
        \btargets?\b | \bceiling\b | \blimits?\b | \bshould\b | \bask for\b | \bat most\b | \bat least\b
        \bor (?:less|more|lower)\b | [\u2264\u2265<>] | \baim\w* | \brecommend\w* | \bnormal\b | \bexpect\w*
        \bby (?:design|nature)\b | \bon purpose\b
        \btolera\w+ | \bmax(?:imum)?\b | \bgo for\b | \bfloor\b
    """,
    "genre": r"""
        \bgenre\b | \breleas\w+ | \brecords\b | \busual\w* | \btypical\w* | \brange\b | \bstyle\b | \bmost\b
    """,
}
"""What a sentence compares with."""
