"""The words of claims: for each axis and direction, the ways it is put, as regular expressions between bars."""

CLAIMS: dict[str, str] = {
    "loud +": r"""
        too loud | overly loud | louder than (?:most|other|the genre|your genre|usual|house) | too hot overall
        much too hot | way too loud
    """,
    "loud -": r"""
        too quiet | too low in level | (?:not|nowhere near|nothing like|far from|never) (?:\w+ )?loud enough
        quieter than (?:most|other|the genre|your genre|usual)
        lacks? loudness | needs? to be louder
    """,
    "clip +": r"""
        (?<!the )clips?\b(?! (?:light|gain|editor)\b) | clipped | clipping | distort(?:s|ing)\b
        (?:is|are|gets?|sounds?) distorted | (?:audible|crackling|heavy|nasty|digital|some) distortion
        distortion (?:in|on|at|from)\b | crackl\w+ | flat[- ]topp?ed
        (?:cut|chopped) (?:flat|off)
    """,
    "clip -": r"""
        clean peaks | peaks are clean
    """,
    "peak +": r"""
        true[- ]?peaks? (?:is|are|goes?|sits?|runs?|reach\w*) (?:\w+ ){0,2}(?:too (?:high|hot)|over\b|above|hot\b)
        inter[- ]?sample (?:overs|peaks are over) | peaks? (?:is|are|go|goes) (?:\w+ ){0,2}too high
    """,
    "peak -": r"""
        peaks? (?:is|are|stays?|sits?) (?:\w+ ){0,3}(?:safe|fine|in good shape)
        peaks? (?:is|are|stays?|sits?) (?:\w+ ){0,3}(?:under control|below the ceiling)
        true[- ]?peaks? (?:is|are) (?:\w+ )?(?:safe|fine|ok|okay) | safe (?:true )?peaks?
    """,
    "limit +": r"""
        over-?limit(?:ed|ing) | over-?compress(?:ed|ion) | squash(?:ed)? | crushed | flattened | lifeless | pumping
        brick-?walled | limited (?:too )?hard | (?:too|very|quite|heavily) (?:limited|compressed) | no punch
        lacks? punch | little punch | dynamics? (?:is|are) (?:gone|dead|missing) | squeezed
    """,
    "limit -": r"""
        punchy | (?:very|quite|nicely|is|still|it's) dynamic\b | good punch | plenty of (?:punch|dynamics|life)
        transients? (?:is|are) (?:\w+ )?(?:intact|alive|preserved|crisp|great) | healthy dynamics
        dynamics? (?:is|are) (?:\w+ )?(?:healthy|great|good|excellent|alive) | still punch | lots of punch
    """,
    "low +": r"""
        boomy | booms | bass[- ]heavy | too much (?:bass|sub|low[- ]end|bottom)
        low[- ]end (?:is|feels|sounds) (?:\w+ )?(?:heavy|bloated|overpowering|excessive)
        low[- ]end (?:is|feels|sounds) (?:\w+ )?too (?:much|big|loud|heavy|full|strong) | bloated
        (?:bass|sub|kick) (?:is|sounds|feels) (?:\w+ )?(?:too (?:loud|heavy|big|much|strong)|overpowering|excessive)
        low[- ]end build-?up | excess\w* (?:bass|sub|low[- ]end)
    """,
    "low -": r"""
        thin\b | lacks? (?:bass|sub|low[- ]end|weight|bottom)
        (?:not enough|too little|little|missing|weak|no) (?:bass|sub|low[- ]end|weight|bottom)
        (?:bass|sub|low[- ]end|bottom) (?:is|feels|sounds) (?:\w+ )?(?:weak|thin|light|missing|anaemic|anemic)
        (?:bass|sub|low[- ]end|bottom) (?:is|feels|sounds) (?:\w+ )?too (?:quiet|thin|weak|light) | bass[- ]light
        isn't much bottom
    """,
    "lowmid +": r"""
        mudd(?:y|iness) | \bmud\b | boxy | boxiness | cloudy | crowded | congested | clutter(?:ed)? | foggy | woolly
        honky
        low(?:er)?[- ]?mids? (?:is|are) (?:\w+ )?(?:too (?:loud|full|thick)|thick|full|heavy|cluttered|built up)
        lower[- ]?mid build-?up
    """,
    "lowmid -": r"""
        hollow | scooped | low(?:er)?[- ]?mids? (?:is|are) (?:\w+ )?(?:thin|weak|missing|empty|too (?:quiet|thin))
        lacks? (?:body|warmth)
    """,
    "presence +": r"""
        harsh(?:ness)? | shrill | piercing | abrasive
        upper[- ]?mids? (?:is|are|bite|poke)(?: \w+)?(?: (?:too (?:loud|strong|much)|sharp|forward|aggressive))?
        strident | grating | fatiguing
    """,
    "presence -": r"""
        (?:lacks?|missing|little|no) presence
        upper[- ]?mids? (?:is|are) (?:\w+ )?(?:recessed|missing|weak|too (?:quiet|low)) | recessed
    """,
    "top +": r"""
        too bright | overly bright | (?:is|sounds?|feels?|very|quite|a bit|a little) bright\b | brittle
        sibilan(?:t|ce) | hissy
        (?:top|highs|treble|high end)(?: end)? (?:is|are) (?:\w+ )?(?:bright|too (?:bright|loud|much)|excessive|harsh)
        too much (?:top|treble|air|high end) | excess top
    """,
    "top -": r"""
        dull\b | (?:is|sounds?|feels?|too|very|quite|a bit|rather) dark\b | muffled | veiled
        lacks? (?:air|sparkle|top|brightness|treble|highs|high end)
        (?:not enough|too little|little|missing|no) (?:air|sparkle|treble|top end|high end)
        could use (?:some |more |a little )?(?:sparkle|air|brightness) | behind a curtain
        top (?:end )?is (?:\w+ )?(?:dark|dull|missing|weak|closed) | rolled[- ]off
    """,
    "lowwide +": r"""
        (?:bass|sub|low[- ]end|lows|kick) (?:is|are|feels?|sounds?) (?:\w+ )?(?:too )?(?:wide|stereo|spread(?: out)?)
        (?:wide|stereo|spread) (?:bass|sub|low[- ]end|bottom)
        (?:bass|sub|low[- ]end|kick)(?: \w+)? (?:is not|isn't|is hardly) (?:\w+ )?mono
    """,
    "lowwide -": r"""
        (?:bass|sub|low[- ]end|lows|kick) (?:is|are|stays?|sits?) (?:\w+ )?(?:mono|solid|tight|centred|centered)
        (?:bass|sub|low[- ]end|lows|kick) (?:is|are|stays?|sits?) (?:\w+ )?(?:solidly |firmly )?in the middle
        mono (?:bass|sub|low[- ]end)\b(?! (?:it|them|below)) | solid low[- ]end | tight (?:bass|low[- ]end)
    """,
    "wide +": r"""
        too wide(?! for) | overly wide | extremely wide
        (?:mix|track|master|image|song|it) (?:is|sounds|feels) (?:\w+ )?wide\b | huge stereo image
    """,
    "wide -": r"""
        too narrow | (?:is|sounds|feels) (?:\w+ )?narrow\b | (?:almost|nearly|basically|practically) mono
        lacks? width | no width | no stereo
    """,
    "mono +": r"""
        mono[- ]compatib(?:le|ility)(?! (?:problem|issue|is poor|is bad|suffers)) | mono[- ]safe
        (?:holds|folds|survives|translates|works|sums) (?:\w+ ){0,3}(?:in|to|into) mono | perfect in mono
        fine in mono
    """,
    "mono -": r"""
        falls apart in mono
        (?:vanish\w*|disappear\w*|cancels?|collapses?|suffers?)(?: \w+){0,4} (?:in|on a|on|to) mono
        (?:lost|lose\w*|thins out)(?: \w+){0,4} (?:in|on a|on|to) mono
        mono[- ]compatibility (?:problem|issue|is poor|is bad|suffers) | out of phase
        phas(?:e|ing) (?:problem|issue|cancell?ation)s? | polarity (?:is )?(?:flipped|inverted)
        not mono[- ]compatible | channels (?:cancel|pull against) | left and right (?:cancel|work against)
    """,
    "balance left": r"""
        lean(?:s|ing)? (?:\w+ ){0,3}left
        left(?: (?:channel|side))? (?:is|sits|runs) (?:[\w.]+ ){0,4}(?:louder|hotter|higher|heavier)
        right(?: (?:channel|side))? (?:is|sits|runs) (?:[\w.]+ ){0,4}(?:quieter|softer|lower|weaker) | left[- ]heavy
        pulls? (?:\w+ ){0,2}left
    """,
    "balance right": r"""
        lean(?:s|ing)? (?:\w+ ){0,3}right
        right(?: (?:channel|side))? (?:is|sits|runs) (?:[\w.]+ ){0,4}(?:louder|hotter|higher|heavier)
        left(?: (?:channel|side))? (?:is|sits|runs) (?:[\w.]+ ){0,4}(?:quieter|softer|lower|weaker) | right[- ]heavy
        pulls? (?:\w+ ){0,2}right
    """,
    "balance ok": r"""
        well[- ]cent(?:re|er)d | left and right (?:is|are) (?:\w+ )?(?:balanced|equal\w*|even)
        perfectly cent(?:re|er)d | stereo balance is (?:good|perfect|fine|even)
    """,
    "headroom +": r"""
        plenty of (?:headroom|room) | lots of (?:headroom|room) | enough headroom | good headroom | healthy headroom
    """,
    "headroom -": r"""
        (?:no|hardly any|little|barely any|not enough|lacks?|zero|missing) headroom
        (?:right )?at the top of the meter
    """,
    "dc +": r"""
        DC[- ]offset | off[- ]cent(?:re|er) waveform | waveform sits off
    """,
    "silence +": r"""
        silence (?:before|after|at the (?:start|end|beginning|head|tail)) | silent (?:start|intro|tail|gap)
    """,
    "lossy +": r"""
        lossy (?:source|encode|encoder) | went through an? mp3 | transcod\w+ | low[- ]bit-?rate | upsampled
        fake hi-?res
    """,
    "channel +": r"""
        (?:left|right) channel is (?:silent|dead|missing) | dual mono | channels are identical | file is mono
    """,
    "all ok": r"""
        \bflawless\b | \bperfect (?:mix|master|track) | (?:mix|master|track|it|everything) is perfect
        nothing (?:to (?:fix|change|improve)|needs? (?:fixing|work|changing)) | no (?:issues|problems|faults)\b
        release[- ]ready | ready (?:to|for) (?:release|go out) | don't change (?:a thing|anything)
    """,
    "all bad": r"""
        unlistenable | terrible | awful | unusable | garbage | worst | amateurish | ruined | a mess\b | unreleasable
    """,
}
