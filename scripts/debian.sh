#!/bin/sh
# Install Debian packages when this machine lets us, and say which are missing when it does not.
#
# Each argument is NEEDED=PACKAGE, where NEEDED is a command or an absolute path that the package brings.
# Exit code 1 when something is still missing.
set -eu

missing=""
for pair in "$@"; do
    needed=${pair%%=*}
    case $needed in
        /*) [ -e "$needed" ] || missing="$missing ${pair#*=}" ;;
        *) PATH="$PATH:/usr/sbin:/sbin" command -v "$needed" >/dev/null 2>&1 || missing="$missing ${pair#*=}" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing on this machine:$missing (these are the names of Debian's packages; install what your system calls them)." >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "Missing on this machine: sudo apt-get install$missing" >&2
    exit 1
fi

apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120"
echo "Installing$missing ..."
# shellcheck disable=SC2086  # lists of words on purpose
$apt update && $apt install -y --no-install-recommends $missing
