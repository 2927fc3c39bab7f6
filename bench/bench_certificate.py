"""Certificates per core-second: python bench/bench_certificate.py [number]. Target: at least 20.

One worker, CPU time of that process (user and system), without its start; plus the wall time of two workers.
"""

import datetime as dt
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from console.adapters.pdf_xhtml2pdf import XhtmlPdf
from console.ports import CertificateSheet

TARGET = 20
TICKS = os.sysconf("SC_CLK_TCK")


def sheet(number: int) -> CertificateSheet:
    return CertificateSheet(
        holder_name="欧阳㛃䶮𬭎",
        salutation="欧阳㛃䶮𬭎同志：",
        body=("经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。",),
        number_line=f"证书编号：YNS20201015{number:03}",
        validity_line="证书有效期限：2020年10月15日 至 2030年10月14日",
        unit="云南省应急管理厅",
        date_line="2020年10月15日",
        qr_url=f"HTTPS://ZJK.EXAMPLE.GOV.CN/V/YNS20201015{number:03}/ABCDEFGHJKMN",
        programme="云南省应急管理专家库",
        issued_on=dt.date(2020, 10, 15),
    )


def cpu_of_workers(pdf: XhtmlPdf) -> float:
    total = 0
    for worker in pdf._pool._all:
        fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    pdf = XhtmlPdf()
    begun = time.perf_counter()
    size = len(pdf.render_certificate(sheet(0)).content)
    print(f"first certificate with start of the process: {time.perf_counter() - begun:.2f} s wall, {size:,} bytes")
    before, own = cpu_of_workers(pdf), time.process_time()
    for number in range(count):
        pdf.render_certificate(sheet(number))
    worker, parent = cpu_of_workers(pdf) - before, time.process_time() - own
    rate = count / (worker + parent)
    print(
        f"{count} certificates: {1000 * worker / count:.1f} ms CPU in the worker, {1000 * parent / count:.1f} ms here"
    )
    print(f"{rate:.1f} certificates per core-second (target {TARGET}): {'ok' if rate >= TARGET else 'TOO SLOW'}")
    numbers = iter(range(count))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            pdf.render_certificate(sheet(number))

    begun = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"two workers: {count / (time.perf_counter() - begun):.1f} certificates per second of wall time")
    pdf.close()
    sys.exit(rate < TARGET)


if __name__ == "__main__":
    main()
