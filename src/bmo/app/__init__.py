"""The Pi program: pages, REST, sockets, voice turns."""
