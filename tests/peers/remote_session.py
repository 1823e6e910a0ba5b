"""Opens sessions over WS-Man with pypsrp and prints what came of them, one line a check.

usage: remote_session.py HOST USER PASSWORD
"""
import sys
import threading
import warnings

warnings.filterwarnings("ignore")
from pypsrp.complex_objects import PSInvocationState  # noqa: E402
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError  # noqa: E402
from pypsrp.powershell import PowerShell, RunspacePool  # noqa: E402
from pypsrp.wsman import WSMan  # noqa: E402

HOST, USER, PASSWORD = sys.argv[1:4]


def wsman(path="wsman", user=USER, password=PASSWORD, **more):
    return WSMan(HOST, ssl=True, port=443, path=path, auth="basic", username=user, password=password,
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

with wsman("PowerShell") as connection, RunspacePool(connection, configuration_name="Microsoft.Exchange") as pool:
    ps = PowerShell(pool)
    ps.add_script("$PSSenderInfo.ConfigurationName; $PSSenderInfo.UserInfo")
    check("Exchange", [str(o) for o in ps.invoke()], ["Microsoft.Exchange", USER])

try:
    with wsman(password="wrong") as connection, RunspacePool(connection) as pool:
        check("wrong password", "opened", "refused")
except (AuthenticationError, WinRMTransportError) as error:
    check("wrong password", "401" in str(error) or "auth" in str(error).lower(), True)
try:
    with wsman() as connection, RunspacePool(connection, configuration_name="No.Such") as pool:
        check("unknown end point", "opened", "refused")
except WSManFaultError as error:
    check("unknown end point", error.code, 2150858752)
