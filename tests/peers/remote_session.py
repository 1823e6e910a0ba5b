"""Opens sessions over WS-Man with pypsrp and prints what came of them, one line a check.

usage: remote_session.py HOST USER PASSWORD
"""
import sys
import threading
import warnings

warnings.filterwarnings("ignore")
from pypsrp.complex_objects import ObjectMeta, PSInvocationState  # noqa: E402
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError  # noqa: E402
from pypsrp.powershell import PowerShell, RunspacePool  # noqa: E402
from pypsrp.wsman import WSMan  # noqa: E402

HOST, USER, PASSWORD = sys.argv[1:4]


def wsman(path="wsman", user=USER, password=PASSWORD, ssl=True, port=443, auth="basic", **more):
    return WSMan(HOST, ssl=ssl, port=port, path=path, auth=auth, username=user, password=password,
                 cert_validation=False, **more)


def check(name, got, wanted):
    print(f"{'ok' if got == wanted else 'DIFFERS'} {name}: {got!r}")


with wsman() as connection, RunspacePool(connection) as pool:
    ps = PowerShell(pool)
    ps.add_script("1..3 | ForEach-Object { $_ * 2 }; 'text'; [pscustomobject]@{ Name = 'n' }")
    output = ps.invoke()
    check("output", [str(o) for o in output[:4]], ["2", "4", "6", "text"])
    check("object", output[4].adapted_properties.get("Name") or output[4].extended_properties.get("Name"), "n")

    ps = PowerShell(pool)
    ps.add_script("Write-Warning careful; Write-Verbose more -Verbose; Write-Error wrong -ErrorId MyId; Write-Host shown")
    ps.invoke()
    check("warning", [str(w.message) for w in ps.streams.warning], ["careful"])
    check("verbose", [str(v.message) for v in ps.streams.verbose], ["more"])
    check("error", [e.fq_error for e in ps.streams.error], ["MyId"])

    ps = PowerShell(pool)
    ps.add_script("process { $_ + 1 }")
    check("input", ps.invoke([1, 2, 3]), [2, 3, 4])

    ps = PowerShell(pool)
    ps.add_cmdlet("Get-UMDialPlan").add_cmdlet("Select-Object").add_parameter("ExpandProperty", "Name")
    check("cmdlet", ps.invoke(), ["RedmondDialPlan"])

    ps = PowerShell(pool)
    ps.add_script("throw 'boom'")
    ps.invoke()
    check("terminating", (ps.state == PSInvocationState.FAILED, str(ps.streams.error[-1])), (True, "boom"))

    ps = PowerShell(pool)
    ps.add_script("'begun'; Start-Sleep 60")
    ps.begin_invoke()
    ps.poll_invoke(timeout=2)
    ps.stop()
    check("stop", ps.state == PSInvocationState.STOPPED, True)

    ps = PowerShell(pool)
    ps.add_script("'x' * 5MB")
    check("large object", len(ps.invoke()[0]), 5 * 1024 * 1024)

    ps = PowerShell(pool)
    ps.add_script("foreach ($i in 1..50) { 'x' * 1MB }")
    check("large stream", sum(len(o) for o in ps.invoke()), 50 * 1024 * 1024)

with wsman() as connection, RunspacePool(connection, min_runspaces=1, max_runspaces=5) as pool:
    running = []
    for number in range(50):
        ps = PowerShell(pool)
        ps.add_script(f"Start-Sleep -Milliseconds 20; {number} * 2")
        running.append((number, ps))
        ps.begin_invoke()
    got = []
    for number, ps in running:
        got.append(ps.end_invoke() == [number * 2])
    check("fifty pipelines in a pool of five", all(got), True)

with wsman() as connection, RunspacePool(connection) as pool:
    ps = PowerShell(pool)
    ps.add_script("$PSSenderInfo.ConfigurationName; $PSSenderInfo.UserInfo")
    check("sender", [str(o) for o in ps.invoke()], ["Microsoft.PowerShell", USER])

    # Secure strings travel under a key that both sides exchange.
    pool.exchange_keys()
    ps = PowerShell(pool)
    ps.add_script("param($s) $s.GetType().Name; [System.Net.NetworkCredential]::new('', $s).Password; $s")
    ps.add_argument(pool.serialize("p\u00e4ss", ObjectMeta("SS")))
    check("secure string", [str(o) for o in ps.invoke()], ["SecureString", "p\u00e4ss", "p\u00e4ss"])

    # A disconnected session keeps its state.
    ps = PowerShell(pool)
    ps.add_script("$global:kept = 42")
    ps.invoke()
    pool.disconnect()
    pool.connect()
    ps = PowerShell(pool)
    ps.add_script("$kept")
    check("disconnected and back", ps.invoke(), [42])

with wsman("PowerShell") as connection, RunspacePool(connection, configuration_name="Microsoft.Exchange") as pool:
    def exchange(command, **parameters):
        ps = PowerShell(pool)
        ps.add_cmdlet(command)
        for name, value in parameters.items():
            ps.add_parameter(name, value)
        return ps, ps.invoke()

    ps, output = exchange("Get-UMDialPlan")
    check("Exchange's command", [o.adapted_properties.get("Name") or o.extended_properties.get("Name") for o in output],
          ["RedmondDialPlan"])
    ps, output = exchange("Get-ChildItem")
    check("another's command", (ps.state == PSInvocationState.FAILED, ps.streams.error[-1].fq_error),
          (True, "CommandNotFoundException"))
    ps, output = exchange("Get-Command", Name=["Get-ChildItem", "Get-UMMailbox"], ErrorAction="SilentlyContinue")
    check("what is seen", [str(o) for o in output], ["Get-UMMailbox"])
    ps = PowerShell(pool)
    ps.add_script("1 + 1")
    ps.invoke()
    check("no language", (ps.state == PSInvocationState.FAILED, ps.streams.error[-1].fq_error), (True, "ScriptsNotAllowed"))

# Another client finds the session that this one left, and what runs in it.
with wsman() as connection:
    pool = RunspacePool(connection)
    pool.open()
    ps = PowerShell(pool)
    ps.add_script("1; Start-Sleep -Milliseconds 500; 2")
    ps.begin_invoke()
    pool.disconnect()
    with wsman() as other:
        found = [p for p in RunspacePool.get_runspace_pools(other) if p.id.upper() == pool.id.upper()]
        check("listed", (len(found), len(found[0].pipelines)), (1, 1))
        taken = found[0]
        taken.connect()
        check("taken over", list(list(taken.pipelines.values())[0].connect()), [1, 2])
        again = PowerShell(taken)
        again.add_script("'still here'")
        check("and used", [str(o) for o in again.invoke()], ["still here"])
        taken.close()

# NTLM in the tokens of SPNEGO, with codes over what was offered.
for name, more in [("TLS", {}), ("sealed", {"ssl": False, "port": 5985})]:
    with wsman(auth="negotiate", **more) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script("$PSSenderInfo.UserInfo; 'x' * 1MB")
        output = ps.invoke()
        check(f"SPNEGO, {name}", (str(output[0]), len(output[1])), (USER, 1024 * 1024))

# By NTLM, under TLS and without it; then the messages are sealed by the key of the sign-in.
for name, more in [("TLS", {}), ("TLS on its own port", {"port": 5986}), ("sealed", {"ssl": False, "port": 5985})]:
    with wsman(auth="ntlm", **more) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script("begin { $PSSenderInfo.UserInfo } process { $_ * 2 } end { 'x' * 3MB }")
        output = ps.invoke([1, 2])
        check(f"NTLM, {name}", ([str(o) for o in output[:3]], len(output[3])), ([USER, "2", "4"], 3 * 1024 * 1024)) \
            if len(output) == 4 else check(f"NTLM, {name}", [str(o)[:40] for o in output], "four values")
for more in [{}, {"auth": "ntlm"}, {"auth": "negotiate"}, {"auth": "ntlm", "ssl": False, "port": 5985}]:
    try:
        with wsman(password="wrong", **more) as connection, RunspacePool(connection) as pool:
            check("wrong password", "opened", "refused")
    except (AuthenticationError, WinRMTransportError) as error:
        check("wrong password", "401" in str(error) or "auth" in str(error).lower(), True)
try:
    with wsman() as connection, RunspacePool(connection, configuration_name="No.Such") as pool:
        check("unknown end point", "opened", "refused")
except WSManFaultError as error:
    check("unknown end point", error.code, 2150858752)

# What is no envelope, or too large a one, is refused, and the next client is served.
import requests  # noqa: E402

for name, body in [("malformed envelope", b"\xff<nonsense"), ("oversized envelope", b"<" + b"x" * (1 << 20))]:
    answer = requests.post(f"https://{HOST}/wsman", data=body, auth=(USER, PASSWORD), verify=False,
                           headers={"Content-Type": "application/soap+xml"})
    check(name, (answer.status_code, "Fault" in answer.text), (500, True))
answer = requests.post(f"https://{HOST}/wsman", data=b"<x/>", verify=False)
check("nobody", (answer.status_code, answer.headers.get("WWW-Authenticate", "")[:22]), (401, "Negotiate, NTLM, Basic"))
# No password passes without TLS, and no envelope that is not sealed.
answer = requests.post(f"http://{HOST}:5985/wsman", data=b"<x/>", auth=(USER, PASSWORD))
check("Basic without TLS", (answer.status_code, answer.headers.get("WWW-Authenticate", "")), (401, "Negotiate, NTLM"))
from pypsrp.negotiate import HTTPNegotiateAuth  # noqa: E402

session = requests.Session()
session.auth = HTTPNegotiateAuth(username=USER, password=PASSWORD, auth_provider="ntlm", wrap_required=False)
answer = session.post(f"http://{HOST}:5985/wsman", data=b"<x/>", headers={"Content-Type": "application/soap+xml"})
check("unsealed without TLS", answer.status_code, 403)

# A fragment that is none ends its session with a fault, and the next client is served.
with wsman() as connection, RunspacePool(connection) as pool:
    try:
        pool.shell.send("stdin", b"no fragment at all, but long enough to be read as one")
        check("malformed fragment", "taken", "refused")
    except WSManFaultError as error:
        check("malformed fragment", error.code > 0, True)
with wsman() as connection, RunspacePool(connection) as pool:
    ps = PowerShell(pool)
    ps.add_script("'served'")
    check("the next client", [str(o) for o in ps.invoke()], ["served"])
