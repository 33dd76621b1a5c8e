#!/bin/sh
# Install both programs into a folder, from the locked requirements: helm/image/install.sh FOLDER.
# The Dockerfile runs it, and so does the test that has no container engine. PYTHON names the interpreter of the
# programs, BUILD_PYTHON that of the tools.
set -eu
prefix=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
python=$(command -v "${PYTHON:-python3}")
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

# The tools stay out of the image: uv, the wheel's builder and the maker of the bill of materials.
"${BUILD_PYTHON:-$python}" -m venv "$tools/venv"
pip="$tools/venv/bin/python -m pip --disable-pip-version-check"
$pip install --quiet --root-user-action ignore --require-hashes --requirement "$source/requirements/uv.txt"
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$($pip config get global.index-url 2>/dev/null || true)}}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"  # uv has others of its own, without those of a company's proxy
install() { "$tools/venv/bin/uv" pip install --quiet --link-mode copy --python "$@"; }
install "$tools/venv/bin/python" --require-hashes --requirement "$source/requirements/image.txt"

mkdir "$tools/source"
for each in LICENSE README.md pyproject.toml setup.py migrations registry_api shared validator; do
	cp -R "$source/$each" "$tools/source/$each"
done
"$tools/venv/bin/python" -m build --wheel --no-isolation --outdir "$tools/dist" "$tools/source" >"$tools/build.log" 2>&1 ||
	{ cat "$tools/build.log" >&2; exit 1; }

"$tools/venv/bin/uv" venv --quiet --python "$python" "$prefix"
install "$prefix/bin/python" --compile-bytecode --only-binary :all: --require-hashes --requirement "$source/requirements/all.txt"
install "$prefix/bin/python" --compile-bytecode --no-deps "$tools"/dist/*.whl

mkdir -p "$prefix/share"
cp "$source/helm/image/health.py" "$prefix/share/health.py"
"$tools/venv/bin/cyclonedx-py" environment --output-reproducible --output-file "$prefix/share/sbom.cdx.json" "$prefix/bin/python"
chmod -R a+rX,a-w "$prefix"
