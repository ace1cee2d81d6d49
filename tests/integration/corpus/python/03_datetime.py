import datetime as d, zoneinfo
t = d.datetime(2024, 3, 31, 0, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
print(t.isoformat(), (t + d.timedelta(hours=3)).isoformat())
print(t.astimezone(d.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ %j %A"))
print(d.date.fromisocalendar(2020, 53, 7), d.datetime.strptime("29 Feb 2024", "%d %b %Y").date())
print((d.date(2024, 12, 25) - d.date(2024, 2, 29)).days)
