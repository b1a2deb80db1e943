"""curl's options as data: which take a value, what the letters stand for, and which do not change the request.

From curl's manual (curl.se/docs/manpage.html). An option that is not here is taken for one without a value.
"""

from __future__ import annotations

TAKES_A_VALUE = frozenset(
    f"--{name}"
    for name in """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout
    connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary
    data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
    dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account
    ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip
    header hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key
    key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize
    max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey
    preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type
    proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey
    proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user
    proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay
    retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname
    speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype
    tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file url url-query user user-agent
    variable vlan-priority write-out
    """.split()  # noqa: SIM905 - a hundred and fifty words, a line each, would hide the rest
)

SHORT = {
    "A": "--user-agent",
    "b": "--cookie",
    "B": "--use-ascii",
    "c": "--cookie-jar",
    "C": "--continue-at",
    "d": "--data",
    "D": "--dump-header",
    "e": "--referer",
    "E": "--cert",
    "f": "--fail",
    "F": "--form",
    "g": "--globoff",
    "G": "--get",
    "H": "--header",
    "i": "--include",
    "I": "--head",
    "j": "--junk-session-cookies",
    "J": "--remote-header-name",
    "k": "--insecure",
    "K": "--config",
    "l": "--list-only",
    "L": "--location",
    "m": "--max-time",
    "n": "--netrc",
    "N": "--no-buffer",
    "o": "--output",
    "O": "--remote-name",
    "P": "--ftp-port",
    "p": "--proxytunnel",
    "q": "--disable",
    "Q": "--quote",
    "r": "--range",
    "R": "--remote-time",
    "s": "--silent",
    "S": "--show-error",
    "t": "--telnet-option",
    "T": "--upload-file",
    "u": "--user",
    "U": "--proxy-user",
    "v": "--verbose",
    "w": "--write-out",
    "x": "--proxy",
    "X": "--request",
    "y": "--speed-time",
    "Y": "--speed-limit",
    "z": "--time-cond",
    "Z": "--parallel",
    "0": "--http1.0",
    "#": "--progress-bar",
}

HARMLESS = frozenset(
    {"--silent", "--show-error", "--verbose", "--include", "--compressed", "--globoff", "--no-buffer"}
    | {"--progress-bar", "--no-progress-meter", "--path-as-is", "--http1.1", "--http2", "--disable"}
)
"""How curl shows its progress, or what the workbench does anyway: nothing of the request is lost without them."""
