export interface Name {
  readonly written: string
  /** Latin letters only. The person's email address is made from it. */
  readonly latin: string
}

export interface NameFamily {
  readonly first: readonly Name[]
  readonly last: readonly Name[]
  readonly cities: readonly string[]
}

const names = (list: string): Name[] =>
  list.split(' ').map((entry) => {
    const [written = '', latin = written.toLowerCase()] = entry.split('=')
    return { written, latin }
  })

const family = (first: string, last: string, cities: string): NameFamily => ({
  first: names(first),
  last: names(last),
  cities: cities.split(','),
})

export const NAME_FAMILIES: readonly NameFamily[] = [
  family(
    'Emma Liam Olivia Noah Ava James Grace Henry',
    "Smith Johnson O'Brien=obrien Lee Walker Hughes",
    'New York,Austin,Leeds',
  ),
  family(
    'Jürgen=juergen Käthe=kaethe Lukas Anneliese Sören=soeren',
    'Müller=mueller Weiß=weiss Schäfer=schaefer Koch',
    'München,Köln,Graz',
  ),
  family(
    'François=francois Zoé=zoe Élodie=elodie Luc',
    'Lefèvre=lefevre Dubois Garçon=garcon Moreau',
    'Paris,Orléans,Genève',
  ),
  family(
    'José=jose Lucía=lucia Íñigo=inigo Camila',
    'Muñoz=munoz García=garcia Peña=pena Ortiz',
    'Málaga,Bogotá,Ciudad de México',
  ),
  family('Łukasz=lukasz Małgorzata=malgorzata Zbigniew', 'Wójcik=wojcik Żak=zak Kowalska', 'Łódź,Kraków'),
  family('Åsa=asa Bjørn=bjorn Signe Øystein=oystein', 'Sørensen=sorensen Åkesson=akesson Lind', 'Malmö,Tromsø,Århus'),
  family('Ayşe=ayse Çağlar=caglar Mehmet', 'Yılmaz=yilmaz Öztürk=ozturk Şahin=sahin', 'İstanbul,İzmir'),
  family('Nguyễn=nguyen Thảo=thao Đức=duc', 'Trần=tran Phạm=pham Lê=le', 'Hà Nội,Huế'),
  family('Ольга=olga Дмитрий=dmitry Жанна=zhanna', 'Иванова=ivanova Щукин=shchukin Ёлкин=yolkin', 'Алматы,София'),
  family('Γιώργος=giorgos Ελένη=eleni', 'Παπαδόπουλος=papadopoulos Νικολάου=nikolaou', 'Αθήνα,Θεσσαλονίκη'),
  family('محمد=mohammed فاطمة=fatima يوسف=yousef', 'العلي=alali حداد=haddad', 'القاهرة,دبي'),
  family('נועה=noa דוד=david', 'כהן=cohen לוי=levi', 'תל אביב,חיפה'),
  family('आरव=aarav प्रिया=priya दीपक=deepak', 'शर्मा=sharma पटेल=patel', 'मुंबई,दिल्ली'),
  family('伟=wei 秀英=xiuying 静=jing', '王=wang 李=li 欧阳=ouyang', '上海,深圳'),
  family('翔太=shota さくら=sakura 健=ken', '佐藤=sato 鈴木=suzuki 高橋=takahashi', '東京,大阪'),
  family('민준=minjun 서연=seoyeon', '김=kim 박=park 최=choi', '서울,부산'),
  family('สมชาย=somchai มาลี=malee', 'ใจดี=jaidee ศรีสุข=srisuk', 'กรุงเทพฯ,เชียงใหม่'),
]
