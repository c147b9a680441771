#!/usr/bin/env bash
# Makes ready what `make run`, `make test`, `make parity` or `make bench` needs: a .venv, the locked packages, Qt's system libraries.
# What is there already is left alone, so that a second call costs a few hundredths of a second.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv

qt=(libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0)
window=(libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0)
journeys=(xvfb xauth xdotool openbox imagemagick fonts-inter)

fail() {
    echo "$1" >&2
    exit 1
}

# Installs those Debian packages that are missing, if root; else says which. Ubuntu calls some of them ...t64.
require() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: Qt itself says what it lacks
    local missing
    missing=$(LC_ALL=C comm -23 <(printf '%s\n' "$@" | LC_ALL=C sort) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" "${@/%/t64}" 2>/dev/null |
            sed -n 's/t64$//; s/^installed //p' | LC_ALL=C sort -u))
    [ -n "$missing" ] || return 0
    missing=${missing//$'\n'/ }
    [ "$EUID" = 0 ] || fail "Some system packages are missing; install them, then try again: sudo apt install $missing"
    echo "Installing system packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=120 update
    # shellcheck disable=SC2086 # one argument each
    apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends $missing >/dev/null
}

# Prints the first Python that is new enough; PYTHON=... puts another before the usual ones.
find_python() {
    local python
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return 0
        fi
    done
    return 1
}

make_venv() {
    "$venv/bin/python" -c '' 2>/dev/null && return 0
    local python
    python=$(find_python) || require python3-venv # a Debian without any Python
    python=$(find_python) || fail "Slugstudio needs Python 3.11 or newer; install it, or name one: make PYTHON=/path/to/python"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        require "$("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
    fi
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
}

# Installs the packages of one lock file, unless that very file was installed before.
install_locked() {
    local lock=requirements/$1.txt stamp=$venv/$1.txt
    cmp -s "$lock" "$stamp" && return 0
    echo "Installing the packages of $lock into $venv ($2 to download)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$lock"
    cp "$lock" "$stamp"
}

case "${1:-}" in
    run)
        make_venv
        install_locked run "about 100 MB"
        # without a display it trains in the terminal, which needs nothing of the system
        if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then require "${qt[@]}" "${window[@]}"; fi
        ;;
    tools)
        make_venv
        install_locked run "about 100 MB"
        install_locked dev "about 120 MB"
        ;;
    test)
        "$0" tools
        require "${qt[@]}" "${window[@]}" "${journeys[@]}"
        ;;
    parity)
        venv=.venv-parity
        make_venv
        install_locked run "about 100 MB"
        install_locked parity "PyTorch, Keras and JAX: from 400 MB up, by platform"
        ;;
    bench)
        venv=.venv-bench
        make_venv
        install_locked run "about 100 MB"
        install_locked bench "PyTorch, JAX, Keras and scikit-learn: from 400 MB up, by platform"
        ;;
    *) fail "usage: tools/setup.sh run | tools | test | parity | bench" ;;
esac
