"""What an AI server knows about the machine it runs on: section `ai_server.spot`."""

from typing import Literal

from pydantic import Field

from bmo.settings.app import Section


class SpotSettings(Section):
    """Whether the cloud is about to take this machine away."""

    watch: Literal["auto", "always", "never"] = "auto"
    """`auto` watches where the firmware says that this is an EC2 instance."""
    url: str = Field(default="http://169.254.169.254", pattern=r"^http://")
    """The instance metadata service."""
    every: float = Field(default=5.0, ge=0.1, le=60)
    """Seconds between two looks."""
