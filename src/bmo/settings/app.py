"""The app's settings: sections `app`, `ai` and `voice` of `config.yaml`."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bmo.capabilities.people import Role
from bmo.capabilities.wake import WakeEngine
from bmo.settings.voices import VoiceName, VoiceOfName


class Section(BaseModel):
    """A part of the settings; a key nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Off(Section):
    """This server does not have the capability."""

    engine: Literal["off"] = "off"


class Loaded(Section):
    """An engine of an AI server that holds a model: when it is loaded, and how long it is kept."""

    load: Literal["eager", "lazy", "never"] = "eager"
    """When the server starts, when somebody first asks, or not at all."""
    idle_seconds: float = Field(default=0, ge=0)
    """Let go of it when nobody asked for so long; it comes back when somebody does. 0 keeps it."""
    wait_seconds: float = Field(default=60, gt=0)
    """Who has waited in its line for so long is told to come again."""
    memory_mb: int = Field(default=0, ge=0)
    """What it takes; 0 to measure it. Counts against `ai_server.memory_mb`."""


class WebSettings(Section):
    """Section `app`: where the app listens, and how much it takes on."""

    host: str = "127.0.0.1"
    """Address to listen on; anything but loopback waits until a PIN is set."""
    port: int = Field(default=5000, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ()
    """Names besides localhost that BMO is called by, such as `bmo.example.org` or `192.168.1.20:5000`."""
    sockets: int = Field(default=200, ge=1, le=2_000)
    """Open pages and voice devices; each holds a thread."""
    streams: int = Field(default=40, ge=1, le=1_000)
    """Turns and clips that stream at the same time."""
    threads: int = Field(default=320, ge=8, le=4_000)
    """Sockets, streams, and 80 for everything short."""
    room: str = Field(default="", max_length=64)
    """Where this machine stands, such as `kitchen`."""
    time_zone: str = ""
    """An IANA name such as `Europe/Berlin`; empty for the machine's own."""
    session_idle_days: float = Field(default=30, gt=0, le=3650)
    """A session nobody used for so long ends."""
    session_days: float = Field(default=180, gt=0, le=3650)
    """Every session ends after so long."""

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError("is not a time zone; write it like Europe/Berlin")
        return value

    @property
    def zone(self) -> ZoneInfo | None:
        """The time zone people live in; None for the machine's own."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


class ServerSettings(Section):
    """One entry of `ai.servers`."""

    name: str = Field(default="cloud", min_length=1, max_length=32)
    """What badges call it."""
    url: str = Field(pattern=r"^https?://")
    key: SecretStr = SecretStr("")
    """Its bearer key; when empty, `AI_SERVER_KEY` from the environment."""
    wan: bool = True
    """Whether it is far away, which gives it a longer connect deadline."""


class LocalSettings(Section):
    """`ai.local`: the AI server on this machine. `bmo run` fills both in."""

    url: str = Field(default="", pattern=r"^(https?://.*)?$")
    key: SecretStr = SecretStr("")


class PatienceSettings(Section):
    """`ai.patience`: seconds before the next provider is asked. They bind every provider but the last."""

    connect_lan: float = Field(default=0.5, gt=0, le=60)
    connect_wan: float = Field(default=1.5, gt=0, le=60)
    first_token: float = Field(default=3.0, gt=0, le=600)
    first_audio: float = Field(default=1.5, gt=0, le=600)
    transcribe_factor: float = Field(default=0.5, ge=0, le=60)
    """Times the length of the recording ..."""
    transcribe_extra: float = Field(default=2.0, gt=0, le=600)
    """... plus so much."""
    between: float = Field(default=10.0, gt=0, le=600)
    """Between two useful pieces, once an answer has started."""
    thinking_after: float = Field(default=1.0, gt=0, le=60)
    """Silence after which BMO shows and says that it is thinking."""


class HealthSettings(Section):
    """`ai.health`: how the AI servers are watched."""

    every: float = Field(default=30.0, gt=0, le=3600)
    """Seconds an answer of `/health` is good for."""
    timeout: float = Field(default=3.0, gt=0, le=60)
    retry_first: float = Field(default=5.0, gt=0, le=3600)
    """Seconds until a broken server is tried again; doubles ..."""
    retry_most: float = Field(default=60.0, gt=0, le=3600)
    """... up to this."""


class AiSettings(Section):
    """Section `ai`: who is asked, best first; the local server comes last."""

    servers: tuple[ServerSettings, ...] = ()
    local: LocalSettings = LocalSettings()
    patience: PatienceSettings = PatienceSettings()
    health: HealthSettings = HealthSettings()

    @field_validator("servers")
    @classmethod
    def _names_differ(cls, value: tuple[ServerSettings, ...]) -> tuple[ServerSettings, ...]:
        names = [server.name for server in value]
        if len(set(names)) != len(names) or "here" in names:
            raise ValueError("need names that differ, and none of them `here`")
        return value


class WyomingSatelliteSettings(Section):
    """One entry of `voice.wyoming_satellites`: a microphone and loudspeaker on the network that BMO connects to."""

    name: str = Field(min_length=1, max_length=64)
    uri: str = Field(pattern=r"^tcp://[^/]+:\d+/?$")
    """Where it listens, such as `tcp://192.168.1.30:10700`. The protocol has no keys: only on your own network."""
    room: str = Field(default="", max_length=64)
    """Where it stands; empty for its name."""


class WyomingSettings(Section):
    """Section `wyoming`: what `bmo wyoming` offers to Home Assistant. The protocol has no keys and no encryption."""

    offer: bool = False
    """Whether `bmo run` starts it too."""
    host: str = "127.0.0.1"
    """Address to listen on. Beyond loopback, everybody on your own network may use BMO's ears and voice."""
    port: int = Field(default=10_310, ge=0, le=65_535)
    announce: bool = False
    """Whether Home Assistant finds it by itself (zeroconf)."""
    voices: tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] = ("bmo",)
    """Voices that are offered, the usual one first."""
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ("en",)
    """What the AI servers understand and speak."""
    connections: int = Field(default=16, ge=1, le=256)
    """At a time; each holds a thread."""
    longest: float = Field(default=60.0, gt=0, le=600)
    """Seconds of sound that are written down at a time."""


class VoiceSettings(Section):
    """Section `voice`: how BMO listens and sounds."""

    wake: bool = True
    """Whether pages may listen for the wake word; `BMO_WAKE=off` says no."""
    wake_threshold: float = Field(default=0.5, gt=0, lt=1)
    """Wake score that counts; higher is shyer. A page or device may ask for its own."""
    wake_thresholds: dict[str, Annotated[float, Field(gt=0, lt=1)]] = Field(default={}, max_length=64)
    """The same for satellites in these rooms, such as `{kitchen: 0.7}`."""
    wake_engine: WakeEngine = "openwakeword"
    """Who hears the wake word; `microwakeword` needs pip install 'bmo[microwakeword]' and a tenth of the work."""
    wake_word: str = Field(default="hey_jarvis", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    """`hey_jarvis`, or the name of a model file in `$BMO_HOME/models/wake`, without its ending."""
    silence: float = Field(default=1.5, ge=0.3, le=10)
    """Seconds of silence that end what a person says, whatever the words are."""
    adaptive: bool = True
    """Whether whole commands and finished sentences end sooner."""
    follow_up: Literal["never", "question", "always"] = "question"
    """After which answers BMO listens on without its wake word; a page may want it another way."""
    follow_up_seconds: float = Field(default=8.0, ge=2, le=60)
    """How long, until somebody speaks."""
    voice: str = Field(default="bmo", min_length=1, max_length=64)
    """Name of the voice BMO speaks with."""
    voices: dict[VoiceName, VoiceOfName] = {}
    """Voices beside those that come with BMO, by name, or in their place."""
    phrases_mb: int = Field(default=64, ge=0, le=10_000)
    """Megabytes of sound kept on the disk of short phrases that are said often; 0 keeps them in memory only."""
    wyoming_satellites: tuple[WyomingSatelliteSettings, ...] = Field(default=(), max_length=8)
    """Wyoming satellites that BMO connects to."""

    @field_validator("wyoming_satellites")
    @classmethod
    def _they_differ(cls, value: tuple[WyomingSatelliteSettings, ...]) -> tuple[WyomingSatelliteSettings, ...]:
        if len({one.name for one in value}) < len(value) or len({one.uri for one in value}) < len(value):
            raise ValueError("need names and addresses that differ")
        return value


class DeviceSettings(Section):
    """Section `device`: microphone and loudspeaker of this machine, for `bmo voice`."""

    voice: bool = False
    """Whether `bmo run` starts `bmo voice` too."""
    microphone: str = Field(default="", max_length=200)
    """A part of its name, as `bmo doctor audio` lists it; empty for the system's own. `file:say.wav` plays a file."""
    speaker: str = Field(default="", max_length=200)
    """The same for the loudspeaker; `file:heard.wav` keeps what would be heard."""
    leds: str = Field(default="", pattern=r"^(|freenove|file:.{1,200})$")
    """Lights that follow the answers: `freenove` for those of the case (pip install 'bmo[leds]'), `file:leds.jsonl` to
    keep what they would show, empty for none."""
    name: str = Field(default="", max_length=64)
    """What the page calls this satellite; empty for the name of this machine."""


class PeopleSettings(Section):
    """Section `people`: who may do what."""

    may: dict[str, Role] = Field(default={}, max_length=256)
    """The least role that a skill or an action asks for, such as `{timers: guest, announce.say: adult}`. What is
    dangerous never asks for less than an adult."""


class DocumentsSettings(Section):
    """Section `documents`: what people drop into folders, to be found again."""

    folders: dict[Literal["personal", "projects"], Path] = {}
    """Where they are dropped, relative to BMO's folder; `documents/personal` and `documents/projects` unless told."""
    readable: tuple[Path, ...] = Field(default=(Path("documents"), Path("data")), max_length=32)
    """Folders whose text files BMO reads or lists when asked, the usual one first; of `data`, only what is people's."""
    server: str = Field(default="here", min_length=1, max_length=32)
    """The AI server that keeps the index and is the only one asked: `here`, or the name of one of `ai.servers`, which
    then holds the text of every document."""


class MemorySettings(Section):
    """Section `memory`: how long BMO remembers."""

    keep_days: float = Field(default=365, gt=0, le=36_500)
    """Days until saved conversations, their summaries, and turns of conversations nobody went on with are deleted."""


class McpServerSettings(Section):
    """One entry of `mcp.servers`: a server of the Model Context Protocol whose tools BMO may use."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    """What its tools are called by: `weather.forecast`."""
    url: str = Field(default="", pattern=r"^(https?://.+)?$")
    """Its address, for one that is reached over HTTP ..."""
    key: SecretStr = SecretStr("")
    """... and its bearer key."""
    command: tuple[str, ...] = ()
    """Or the program to start, with its arguments one by one; no shell reads it."""
    environment: dict[str, str] = {}
    """What that program is told beside `PATH`, `HOME` and the like."""
    reads: tuple[str, ...] = ()
    """The tools that only look something up. Every other one needs a yes, each time."""
    may: Role = Role.ADULT
    """Who may use it: this role and those above it."""
    seconds: float = Field(default=3.0, gt=0, le=60)
    """How long a tool may take."""

    @model_validator(mode="after")
    def _one_way(self) -> "McpServerSettings":
        if bool(self.url) is bool(self.command):
            raise ValueError("needs either url or command")
        return self


class McpSettings(Section):
    """Section `mcp`: servers that BMO uses. Only this file names them; nobody adds one over the network."""

    servers: tuple[McpServerSettings, ...] = Field(default=(), max_length=8)

    @field_validator("servers")
    @classmethod
    def _names_differ(cls, value: tuple[McpServerSettings, ...]) -> tuple[McpServerSettings, ...]:
        if len({server.name for server in value}) != len(value):
            raise ValueError("need names that differ")
        return value


class AssistantSettings(Section):
    """How BMO talks."""

    language: Literal["en", "de"] = "en"
    """Of the house: what is typed is understood and answered in it. What is spoken is, where the ears know it."""


class AppSettings(Section):
    """Everything the app is told from outside."""

    home: Path
    """Where the state lives: `BMO_HOME`."""
    app: WebSettings = WebSettings()
    ai: AiSettings = AiSettings()
    voice: VoiceSettings = VoiceSettings()
    device: DeviceSettings = DeviceSettings()
    wyoming: WyomingSettings = WyomingSettings()
    assistant: AssistantSettings = AssistantSettings()
    people: PeopleSettings = PeopleSettings()
    memory: MemorySettings = MemorySettings()
    documents: DocumentsSettings = DocumentsSettings()
    mcp: McpSettings = McpSettings()
