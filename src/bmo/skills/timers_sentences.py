"""How people speak of timers, as hassil templates: (this|that), [maybe], {slot}."""

_SET = "(set|sets|said|start|make|create|begin|add|put on|give me|do|run|get|i need|i want)"
_A = "[up] [me] [a|an|another|the|my|one|new|a new]"
_TIMER = "(timer|time her|alarm timer)"
_CANCEL = "(cancel|delete|remove|kill|stop|clear|end|turn off|switch off|get rid of|dismiss|forget|drop)"
_THE = "[the|my|our|that|this]"

SET_SENTENCES = (
    f"{_SET} {_A} {_TIMER} [for|of|to|at|with] {{duration}} [from now]",
    f"{_SET} {_A} {_TIMER} [for|of] {{duration}} (called|named|labeled|labelled|for|to) [the|my] {{name}}",
    f"{_SET} {_A} {{name}} {_TIMER} (for|of|to) {{duration}} [from now]",
    f"{_SET} {_A} {{duration}} {_TIMER}",
    f"{_SET} {_A} {{duration}} {_TIMER} (called|named|labeled|labelled|for|to) [the|my] {{name}}",
    f"{_SET} {_A} {{duration}} {{name}} {_TIMER}",
    f"{_SET} {_A} {_TIMER} (called|named|labeled|labelled|for) [the|my] {{name}} (for|of|to) {{duration}}",
    f"[a|an|another] {_TIMER} [for|of] {{duration}}",
    f"[a|an|another] {_TIMER} [for|of] {{duration}} (called|named|for) [the|my] {{name}}",
    f"[a|an|another] {{duration}} {_TIMER}",
    f"[a|an|another] {{duration}} {_TIMER} (called|named|for) [the|my] {{name}}",
    f"[a|an|another] {{duration}} {{name}} {_TIMER}",
    "set {duration} [on the clock]",
    "(set|start) a time for {duration}",
    "(start|do|set) [a|the] {duration} count[ ]down",
    "[start] count[ing] down [from] {duration}",
    "time {duration}",
    "wake me [up] in {duration}",
    "(tell|remind|call|beep|alert|ping) me in {duration}",
    "let me know (in|when|after) {duration} [(is|are|have|has) (up|over|passed|gone)]",
    "(tell|alert) me (when|after) {duration} [(is|are|have|has) (up|over|passed|gone)]",
    "remind me in {duration} (to|about) [the|my] {name}",
    "remind me (to|about) [the|my] {name} in {duration}",
    "in {duration} remind me (to|about) [the|my] {name}",
)
UNSAID_SENTENCES = (
    f"{_SET} {_A} {_TIMER}",
    f"{_SET} {_A} {{name}} {_TIMER}",
    f"{_SET} {_A} {_TIMER} (called|named|for) [the|my] {{name}}",
)
LIST_SENTENCES = (
    "(what|which) timers (are|do i have|have i|did i set|are there) [there|running|set|on|active|going] [right now]",
    "(do i have|are there|have i|have i got|is there) [any|a] (timer|timers) [running|set|on|active|going]",
    "(list|show|read|tell me|name) [me] [all] [of] [the|my] [running|active] timers",
    "how many timers (are|do i have|have i) [there|running|set|on]",
    "[what are] my timers",
    "timers",
)
LEFT_SENTENCES = (
    "how (long|much time|much longer|many minutes) (is|have i|do i have|does it have|has it) [got] [left]",
    f"how (long|much time|much longer|much) [time] [is] (left|remaining|to go|more) [on|for|in|of] [{_THE}] {_TIMER}",
    f"how (long|much time|much longer|much) [time] [is] (left|remaining|to go) (on|for|in|of|until) {_THE} {{which}}",
    f"how (long|much time|much) [is] (left|remaining|to go|does|has) {_THE} {{which}} {_TIMER} [have] [got] [left]",
    f"how (long|much time|much longer) (until|till|before|for) {_THE} [{{which}}] {_TIMER} [rings|goes off|ends]",
    "how (long|much time|much longer) [is] (left|remaining)",
    f"when (is|does|will) {_THE} [{{which}}] {_TIMER} (ring|go off|done|up|end|over|finish|finished|be done|be up)",
    f"(check|what about|whats|show|read) {_THE} {{which}} {_TIMER}",
    f"(check|show|read|hows) {_THE} {_TIMER}",
    f"(whats|what is) left (on|of) {_THE} [{{which}}] {_TIMER}",
    f"(is|are) {_THE} [{{which}}] {_TIMER} (done|still running|still on|running|over|finished|up|ringing) [yet]",
)
CANCEL_SENTENCES = (
    f"{_CANCEL} {_THE} {_TIMER}",
    f"{_CANCEL} {_THE} {{which}} {_TIMER}",
    f"{_CANCEL} {_THE} {_TIMER} (called|named|for|of) [the|my] {{which}}",
    f"{_CANCEL} {{all:which}} [of] [the|my|our] timers",
    f"{_CANCEL} [the|my|our] {{plural:which}}",
)
ADD_SENTENCES = (
    f"add [another] {{duration}} [more] to {_THE} {_TIMER}",
    f"add [another] {{duration}} [more] to {_THE} {{which}} {_TIMER}",
    f"(extend|increase|lengthen|prolong) {_THE} [{{which}}] {_TIMER} (by|for) {{duration}}",
    f"(give|put) [another] {{duration}} more (on|to) {_THE} [{{which}}] {_TIMER}",
    f"give {_THE} [{{which}}] {_TIMER} [another] {{duration}} [more]",
    "snooze [it|the alarm|the timer] [for] {duration}",
    "{duration} more",
)
STOP_SENTENCES = (
    "stop [it|that] [now]",
    "(stop|silence|quiet|mute|dismiss|shut off|turn off|switch off|end) [the|that] "
    "(alarm|ringing|beeping|buzzing|noise|sound|ring|bell|timer|it)",
    "(turn|switch|shut) (it|that|the alarm|the timer) off",
    "(im|i am) (up|awake)",
    "(i heard you|i heard it|i got it|got it|enough|thats enough)",
)
