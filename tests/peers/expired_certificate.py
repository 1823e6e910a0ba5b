"""Opens a session with pypsrp where the server's certificate has expired: refused, unless the client does not look at it.

usage: expired_certificate.py HOST USER PASSWORD CERTIFICATE
"""
import socket
import sys
import time
import warnings

warnings.filterwarnings("ignore")
from pypsrp.powershell import PowerShell, RunspacePool  # noqa: E402
from pypsrp.wsman import WSMan  # noqa: E402

HOST, USER, PASSWORD, CERTIFICATE = sys.argv[1:5]

# The web sites come after the telephony.
for _ in range(600):
    try:
        socket.create_connection((HOST, 443), 1).close()
        break
    except OSError:
        time.sleep(0.1)


def invoke(validation):
    with WSMan(HOST, port=443, auth="basic", username=USER, password=PASSWORD, cert_validation=validation,
               reconnection_retries=0) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script("'served'")
        return [str(o) for o in ps.invoke()]


try:
    print("DIFFERS expired certificate:", invoke(CERTIFICATE))
except Exception as error:
    print("ok" if "certificate has expired" in str(error) else "DIFFERS", "expired certificate:", str(error)[-120:])
print("ok" if invoke(False) == ["served"] else "DIFFERS", "not looked at")
